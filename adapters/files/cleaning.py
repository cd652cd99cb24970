"""What a file is, told from its bytes, and pictures written anew: only what they show is left of them.

Pillow opens a file by reading its head, so that its size is judged before anything is unpacked. Its readers are called
by name: what a file is was found here, and no other of its many formats is ever tried.
"""

from __future__ import annotations

from io import BytesIO
from threading import Lock

from PIL import Image, ImageFile, ImageOps
from PIL.JpegImagePlugin import JpegImageFile
from PIL.PngImagePlugin import PngImageFile
from PIL.WebPImagePlugin import WebPImageFile

from domain.errors import NotAnAttachment, PictureTooLarge, UnreadablePicture
from domain.ports.files import MEGAPIXELS_LIMIT, CleanFile

JPEG, PNG, WEBP, PDF = "image/jpeg", "image/png", "image/webp", "application/pdf"
SCANS_LIMIT = 100
"""A progressive JPEG comes in some ten scans, each of which goes over the whole picture; thousands would take hours."""
QUALITY = 88

_READERS: dict[str, type[ImageFile.ImageFile]] = {JPEG: JpegImageFile, PNG: PngImageFile, WEBP: WebPImageFile}
_FORMATS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_SCAN = b"\xff\xda"
"""The marker that begins a scan; in what a scan consists of it cannot occur."""


def content_type_of(raw: bytes) -> str | None:
    """What a file is by its first bytes; None for what is not taken."""
    if raw.startswith(b"\xff\xd8\xff"):
        return JPEG
    if raw.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if raw[:4] == b"RIFF" and raw[8:12] == b"WEBP":
        return WEBP
    return PDF if raw.startswith(b"%PDF-") else None


class PictureCleaner:
    """The port ``Cleaner``. One picture at a time is unpacked, since each may take some hundred megabytes."""

    def __init__(self) -> None:
        self._turn = Lock()

    def clean(self, raw: bytes) -> CleanFile:
        """What a file is, and its bytes as others may have them. A PDF is left as it is: it is only ever downloaded."""
        if not raw:
            raise UnreadablePicture()
        content_type = content_type_of(raw)
        if content_type is None:
            raise NotAnAttachment()
        if content_type == PDF:
            return CleanFile(PDF, raw)
        if content_type == JPEG and raw.count(_SCAN) > SCANS_LIMIT:
            raise UnreadablePicture()
        with self._turn:
            return CleanFile(content_type, _written_anew(raw, content_type))


def _written_anew(raw: bytes, content_type: str) -> bytes:
    try:
        with _READERS[content_type](BytesIO(raw)) as picture:
            if picture.width * picture.height > MEGAPIXELS_LIMIT * 1_000_000:
                raise PictureTooLarge(MEGAPIXELS_LIMIT)
            picture.load()
            # Turned as the camera said, since what it said is left out.
            shown = _plain(ImageOps.exif_transpose(picture), content_type)
        written = BytesIO()
        options = {"optimize": True} if content_type == PNG else {"quality": QUALITY}
        shown.save(written, _FORMATS[content_type], **options)
    except PictureTooLarge:
        raise
    # A file that is no picture may fail anywhere in there, and in any way.
    except Exception as error:
        raise UnreadablePicture() from error
    return written.getvalue()


def _plain(picture: Image.Image, content_type: str) -> Image.Image:
    """The pixels alone, in a new picture: profiles, comments, texts and positions stay behind with the old one."""
    has_alpha = content_type != JPEG and ("A" in picture.mode or "transparency" in picture.info)
    pixels = picture.convert("RGBA" if has_alpha else "RGB")
    plain = Image.new(pixels.mode, pixels.size)
    plain.paste(pixels)
    return plain
