"""Files as people have them, made here: pictures with a place in them, PDFs, office files, and what nobody should send."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from PIL import Image

MAKER = "Invented Camera Maker"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def picture(kind: str = "JPEG", size: tuple[int, int] = (60, 40), turned: bool = False) -> bytes:
    """With its maker, a place and a remark in it; `turned`: to be shown turned by a quarter."""
    exif = Image.Exif()
    exif[0x010F] = MAKER
    exif[0x0112] = 6 if turned else 1
    exif.get_ifd(0x8825).update({1: "N", 2: (60.0, 10.0, 0.0), 3: "E", 4: (24.0, 56.0, 0.0)})
    made = BytesIO()
    drawn = Image.new("RGB", size, (200, 30, 30))
    drawn.paste((30, 30, 200), (0, 0, size[0] // 2, size[1]))
    more = {"comment": b"Invented remark"} if kind == "JPEG" else {}
    drawn.save(made, kind, exif=exif, **more)
    return made.getvalue()


def pdf(**root: object) -> bytes:
    """One page, its author, and whatever else its root has."""
    made = BytesIO()
    with pikepdf.new() as document:
        document.add_blank_page()
        document.docinfo["/Author"] = MAKER
        with document.open_metadata() as meta:
            meta["dc:creator"] = [MAKER]
        for name, value in root.items():
            document.Root[f"/{name}"] = value
        document.save(made)
    return made.getvalue()


def office(extra: dict[str, bytes] | None = None, types: str = DOCX) -> bytes:
    """A text of one word, with its author and a picture."""
    parts = {
        "[Content_Types].xml": f'<Types><Override PartName="/word/document.xml" ContentType="{types}"/></Types>'.encode(),
        "word/document.xml": b"<w:document><w:t>Invented</w:t></w:document>",
        "docProps/core.xml": f"<creator>{MAKER}</creator>".encode(),
        "word/media/image1.jpeg": picture(),
        **(extra or {}),
    }
    return packed(parts)


def packed(parts: dict[str, bytes]) -> bytes:
    made = BytesIO()
    with ZipFile(made, "w", ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return made.getvalue()
