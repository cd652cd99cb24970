"""Files that tests send: pictures with all that a camera notes, bombs, and what only says that it is a picture."""

import struct
import zlib
from io import BytesIO

from PIL import Image, PngImagePlugin

SECRET = b"52 deg 31 min N"
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n%%EOF\n"
HTML = b"<!DOCTYPE html><script>alert(1)</script>"


def picture(form: str = "JPEG", size: tuple[int, int] = (8, 4), mode: str = "RGB") -> bytes:
    """A small picture, dark on its left half, with a position, a comment and a turn of the camera in it."""
    made = Image.new(mode, size, 0 if mode in ("L", "1") else (255, 255, 255, 128)[: len(mode)])
    for x in range(size[0] // 2):
        for y in range(size[1]):
            made.putpixel((x, y), 0 if mode in ("L", "1") else (0, 0, 0, 128)[: len(mode)])
    exif = Image.Exif()
    exif[0x010E] = SECRET.decode()
    exif[0x0112] = 6
    written = BytesIO()
    if form == "PNG":
        notes = PngImagePlugin.PngInfo()
        notes.add_text("Comment", SECRET.decode())
        made.save(written, form, exif=exif, pnginfo=notes)
    elif form == "JPEG":
        made.save(written, form, exif=exif, comment=SECRET)
    else:
        made.save(written, form, exif=exif, lossless=True)
    assert SECRET in written.getvalue()
    return written.getvalue()


def bomb(width: int, height: int) -> bytes:
    """A PNG of a few bytes that says it has so many pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )
