"""Pictures, drawn anew from their points: nothing of what camera and programs wrote beside them is left, the place least of all."""

import warnings
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from shared.privacy.cleaning.outcome import Cleaned, NotTaken
from shared.protocol.documents import Media

MOST_POINTS = 50_000_000
"""A picture of 25 MB may hold many more; each takes up to four bytes of memory while it is drawn."""
QUALITY = 90
FORMATS = ("JPEG", "PNG", "WEBP")
_TAGS = range(0xE1, 0xF0)
"""The marks of what programs write into a JPEG, without the first, which says how wide a point is."""


def picture(content: bytes) -> Cleaned:
    """The same picture, upright, without anything beside its points. Raises NotTaken."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # its size is looked at below, before anything is drawn
        try:
            drawn = Image.open(BytesIO(content), formats=FORMATS)
            if drawn.width * drawn.height > MOST_POINTS:
                raise NotTaken("document-too-many-points")
            drawn.load()
            return _anew(drawn)
        except NotTaken:
            raise
        except Image.DecompressionBombError:
            raise NotTaken("document-too-many-points") from None
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError, IndexError, OverflowError):
            raise NotTaken("document-damaged") from None


def _anew(drawn: Image.Image) -> Cleaned:
    upright = ImageOps.exif_transpose(drawn)
    clear = upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info
    png = drawn.format == "PNG" or clear
    plain = upright.convert("RGBA" if clear else "L" if upright.mode in ("1", "L") else "RGB")
    plain.info = {}
    made = BytesIO()
    if png:
        plain.save(made, "PNG", optimize=False)
        return Cleaned(Media.PNG, made.getvalue())
    plain.save(made, "JPEG", quality=QUALITY)
    return Cleaned(Media.JPEG, made.getvalue())


def without_tags(jpeg: bytes) -> bytes:
    """A JPEG that lies in another file, without what programs wrote into it. What is none stays as it is."""
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    kept, at = [jpeg[:2]], 2
    while at + 4 <= len(jpeg) and jpeg[at] == 0xFF:
        mark, length = jpeg[at + 1], int.from_bytes(jpeg[at + 2 : at + 4], "big")
        if mark == 0xDA:  # from here on there are points
            break
        if not ((mark in _TAGS and mark != 0xEE) or mark == 0xFE):  # 0xEE says which colours the numbers mean
            kept.append(jpeg[at : at + 2 + length])
        at += 2 + length
    return b"".join(kept) + jpeg[at:]
