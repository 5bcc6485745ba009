"""What a PDF says, as somebody copies it out."""

import re
from io import BytesIO
from typing import Any

import pikepdf


def text_of(file: bytes) -> str:
    """The text of all pages, by the ToUnicode maps of its fonts; each line that is set by itself stands on one of its own."""
    with pikepdf.open(BytesIO(file)) as opened:
        return "\n".join(_page(page) for page in opened.pages)


def _page(page: pikepdf.Page) -> str:
    fonts: Any = page.obj.Resources.Font
    maps = {name: _map(font.ToUnicode.read_bytes().decode()) for name, font in fonts.items()}
    said, now = list[str](), dict[int, str]()
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            now = maps[str(operands[0])]
        elif str(operator) in ("Tj", "TJ"):
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            said += [_decoded(bytes(part), now) for part in parts if isinstance(part, pikepdf.String)]
        elif str(operator) in ("ET", "Tm"):
            said.append("\n")
    return re.sub(r"\n+", "\n", "".join(said))


def _decoded(codes: bytes, known: dict[int, str]) -> str:
    return "".join(known.get(int.from_bytes(codes[n : n + 2]), "") for n in range(0, len(codes), 2))


def _map(said: str) -> dict[int, str]:
    found: dict[int, str] = {}
    for part in re.findall(r"beginbfchar(.*?)endbfchar", said, re.DOTALL):
        for code, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            found[int(code, 16)] = bytes.fromhex(text).decode("utf-16-be")
    for part in re.findall(r"beginbfrange(.*?)endbfrange", said, re.DOTALL):
        for first, last, text in re.findall(r"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", part):
            start = int(bytes.fromhex(text).decode("utf-16-be").encode("utf-32-be").hex(), 16)
            found |= {int(first, 16) + n: chr(start + n) for n in range(int(last, 16) - int(first, 16) + 1)}
    return found
