"""What keeps a catalogue from being shown: texts that it lacks, doubtful ones, and those that do not fit what the code fills in."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages import Catalog, Message

from deploy.dev.languages import command_line, terminal, unmarked
from deploy.dev.languages.extraction import catalogues, template
from shared.web.text.languages import in_cyrillic, remarks

PLACEHOLDER = re.compile(r"%(?:\(\w+\))?[a-z%]|%|\{\w*(?:![ras])?\}")
TAG = re.compile(r"</?\w+[^<>]*>|&\w+;")
EDGE = re.compile(r"^\s*|\s*$")
Forms = tuple[str, ...]


def faults(root: Path) -> Iterator[str]:
    """One sentence for each thing that a reader would stumble over, in any language."""
    yield from unmarked.faults(root)
    yield from command_line.faults(root)
    yield from terminal.faults(root)
    there = template(root)
    for path, words in catalogues(root):
        yield from (f"{path.relative_to(root)}: {said}" for said in faults_of(words, there))
        if made := remarks(path).get("Cyrillic"):
            yield from (f"{path.relative_to(root)}, in Cyrillic: {said}" for said in faults_of(in_cyrillic(words, made), there))


def faults_of(words: Catalog, there: Catalog) -> Iterator[str]:
    """What is wrong with a catalogue, for what stands in the code."""
    marked = {key(message): message for message in there if message.id}
    said = {key(message): message for message in words if message.id}
    for id in marked.keys() - said.keys():
        yield f"{_short(id)} is not there: ./nrm languages update"
    for id in said.keys() - marked.keys():
        yield f"{_short(id)} is shown nowhere any more: ./nrm languages update"
    for id in sorted(marked.keys() & said.keys()):
        yield from (f"{_short(id)} {wrong}" for wrong in _wrong(said[id], words.num_plurals))


def key(message: Message) -> Forms:
    """A text as the code has it: alone, or singular and plural."""
    return _forms(message.id)


def _forms(said: str | Sequence[str] | None) -> Forms:
    return (said,) if isinstance(said, str) else tuple(said or ())


def _short(id: Forms) -> str:
    return f"“{id[0][:60]}{'…' if len(id[0]) > 60 else ''}”"


def is_missing(message: Message, plurals: int) -> bool:
    """Whether a text has no words yet, or not for each number."""
    forms = _forms(message.string)
    return not all(forms) or len(forms) != (plurals if message.pluralizable else 1)


def _wrong(message: Message, plurals: int) -> Iterator[str]:
    if is_missing(message, plurals):
        yield "is not translated"
        return
    if message.fuzzy:
        yield "is marked fuzzy: look at it, and take the mark away"
    asked = [*key(message)]
    for form in _forms(message.string):
        if not any(_fills(form) == _fills(one) for one in asked):
            yield f"says {_told(_fills(asked[-1]))} in the code, and {_told(_fills(form))} here"
        if not any(_tags(form) == _tags(one) for one in asked):
            yield f"has the tags {_told(_tags(asked[-1]))} in the code, and {_told(_tags(form))} here"
        if EDGE.findall(form) != EDGE.findall(asked[-1]):
            yield "begins or ends with other spaces than in the code"


def _fills(text: str) -> Counter[str]:
    return Counter(PLACEHOLDER.findall(text))


def _tags(text: str) -> Counter[str]:
    return Counter(TAG.findall(text))


def _told(parts: Counter[str]) -> str:
    return " ".join(sorted(parts.elements())) or "nothing"
