"""What a file is, and what is left of a picture once it is written anew."""

from io import BytesIO

import pytest
from PIL import Image

from adapters.files.cleaning import SCANS_LIMIT, PictureCleaner
from domain.errors import NotAnAttachment, PictureTooLarge, UnreadablePicture
from tests.integration.files.pictures import HTML, PDF, SECRET, bomb, picture

FORMS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}


@pytest.fixture
def cleaner() -> PictureCleaner:
    return PictureCleaner()


@pytest.mark.parametrize("form", FORMS)
def test_a_picture_is_written_anew_without_what_the_camera_noted(cleaner: PictureCleaner, form: str) -> None:
    clean = cleaner.clean(picture(form))
    assert clean.content_type == FORMS[form]
    assert SECRET not in clean.body
    for mark in (b"Exif", b"eXIf", b"EXIF", b"ICC", b"tEXt", b"iTXt", b"zTXt", b"XMP"):
        assert mark not in clean.body
    with Image.open(BytesIO(clean.body)) as shown:
        # It was taken with the camera on its side, and is shown upright: the dark half is at the top now.
        assert (shown.format, shown.size, dict(shown.getexif())) == (form, (4, 8), {})
        plain = shown.convert("L")
        assert plain.getpixel((2, 0)) < 64
        assert plain.getpixel((2, 7)) > 192


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "RGBA"), ("PNG", "L"), ("PNG", "1"), ("JPEG", "L"), ("WEBP", "RGBA")]
)
def test_pictures_of_other_modes(cleaner: PictureCleaner, form: str, mode: str) -> None:
    with Image.open(BytesIO(cleaner.clean(picture(form, mode=mode)).body)) as shown:
        assert shown.mode == ("RGBA" if mode == "RGBA" else "RGB")


def test_a_pdf_is_left_as_it_is(cleaner: PictureCleaner) -> None:
    clean = cleaner.clean(PDF)
    assert (clean.content_type, clean.body) == ("application/pdf", PDF)


@pytest.mark.parametrize("raw", [HTML, b"GIF89a" + bytes(20), b"BM" + bytes(60), b"<svg/>", b" %PDF-1.7", b"MZ", b"x"])
def test_what_is_none_of_the_kinds(cleaner: PictureCleaner, raw: bytes) -> None:
    with pytest.raises(NotAnAttachment):
        cleaner.clean(raw)


@pytest.mark.parametrize("form", FORMS)
def test_what_only_begins_as_a_picture(cleaner: PictureCleaner, form: str) -> None:
    whole = picture(form, (64, 64))
    for raw in (whole[:16], whole[: len(whole) // 2], whole[:16] + HTML):
        with pytest.raises(UnreadablePicture):
            cleaner.clean(raw)


def test_nothing_is_no_picture(cleaner: PictureCleaner) -> None:
    with pytest.raises(UnreadablePicture):
        cleaner.clean(b"")


@pytest.mark.abuse("K7")
@pytest.mark.parametrize(("width", "height"), [(40_001, 1000), (50_000, 50_000), (2**31 - 1, 2**31 - 1)])
def test_a_bomb_is_not_unpacked(cleaner: PictureCleaner, width: int, height: int) -> None:
    with pytest.raises(PictureTooLarge):
        cleaner.clean(bomb(width, height))


def test_forty_megapixels_are_judged_by_what_is_in_them(cleaner: PictureCleaner) -> None:
    with pytest.raises(UnreadablePicture):
        cleaner.clean(bomb(40_000, 1000))


def test_a_picture_of_too_many_scans(cleaner: PictureCleaner) -> None:
    with pytest.raises(UnreadablePicture):
        cleaner.clean(picture() + b"\xff\xda" * (SCANS_LIMIT + 1))


@pytest.mark.abuse("K7")
def test_a_script_behind_a_picture_is_gone(cleaner: PictureCleaner) -> None:
    assert HTML not in cleaner.clean(picture() + HTML).body
