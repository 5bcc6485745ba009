"""A form with a file, read as it comes: its answers into memory, its file piece by piece to whoever takes it, never to a disk by itself."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any, NamedTuple

from fastapi import Request
from python_multipart.multipart import MultipartParser, parse_options_header

MOST_ANSWERS, LONGEST_ANSWER = 20, 4_000
"""Answers of such a form, and bytes of one."""
Taking = Callable[[str, AsyncIterator[bytes], Mapping[str, str]], Awaitable[None]]
"""Takes what the file is called, its content, and the answers that came before it."""


class _Part(NamedTuple):
    """What comes next: a field begins, goes on, or ends."""

    kind: str
    said: bytes = b""
    name: str = ""
    file: str | None = None


class _Parser:
    """The bytes of a form → its parts, in order."""

    def __init__(self, boundary: bytes) -> None:
        self.found: list[_Part] = []
        self._header, self._value, self._of = b"", b"", ""
        calls: Any = {
            "on_part_begin": self._begin, "on_header_field": self._field, "on_header_value": self._worth, "on_header_end": self._headed,
            "on_headers_finished": self._begun, "on_part_data": self._data, "on_part_end": lambda: self.found.append(_Part("end")),
        }  # fmt: skip
        self._parser = MultipartParser(boundary, calls)

    def feed(self, content: bytes) -> list[_Part]:
        """What these bytes bring. Raises ValueError where they are no form."""
        self._parser.write(content)
        found, self.found = self.found, []
        return found

    def _begin(self) -> None:
        self._of = ""

    def _field(self, data: bytes, start: int, end: int) -> None:
        self._header += data[start:end]

    def _worth(self, data: bytes, start: int, end: int) -> None:
        self._value += data[start:end]

    def _headed(self) -> None:
        if self._header.lower() == b"content-disposition":
            self._of = self._value.decode("utf-8", "replace")
        self._header, self._value = b"", b""

    def _begun(self) -> None:
        _, said = parse_options_header(self._of)
        file = said.get(b"filename")
        name = said.get(b"name", b"").decode("utf-8", "replace")
        self.found.append(_Part("begin", b"", name, None if file is None else file.decode("utf-8", "replace")))

    def _data(self, data: bytes, start: int, end: int) -> None:
        self.found.append(_Part("data", data[start:end]))


async def read_upload(request: Request, take: Taking) -> dict[str, str]:
    """The answers of a form. Its first file is handed on while it comes; what is left of the form is read in any case, so that whoever sent
    it hears the answer. Raises ValueError where it is no form."""
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise ValueError("no form with a file")
    parts, answers, taken = _parts(request, options[b"boundary"]), dict[str, str](), False
    async for part in parts:
        if part.kind != "begin":
            continue
        if part.file is None:
            answers[part.name] = (await _whole(parts)).decode("utf-8", "replace")
            if len(answers) > MOST_ANSWERS:
                raise ValueError("too many answers")
        elif part.file and not taken:
            taken = True
            content = _content(parts)
            await take(part.file, content, answers)
            async for _ in content:
                pass
    return answers


async def _parts(request: Request, boundary: bytes) -> AsyncIterator[_Part]:
    parser = _Parser(boundary)
    async for piece in request.stream():
        for part in parser.feed(piece):
            yield part


async def _content(parts: AsyncIterator[_Part]) -> AsyncIterator[bytes]:
    async for part in parts:
        if part.kind == "end":
            return
        yield part.said


async def _whole(parts: AsyncIterator[_Part]) -> bytes:
    found = b""
    async for piece in _content(parts):
        found += piece
        if len(found) > LONGEST_ANSWER:
            raise ValueError("an answer is too long")
    return found
