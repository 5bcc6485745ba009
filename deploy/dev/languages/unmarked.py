"""Finds what a template shows and nobody could translate: text outside of `_()`."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from jinja2 import Environment, nodes

LETTERS = re.compile(r"[^\W\d_]{2,}")
SHOWN = ("aria-label", "title", "placeholder", "alt", "label")
"""Attributes that people see or hear."""
AS_IT_IS = frozenset({"code", "kbd", "script", "style"})
"""What stands in these is for machines, or typed at one."""
SENTENCE = re.compile(r"^[A-Z][a-zé’]+( |$)|[a-z’]{2,} [a-z’]{2,}")
"""How a text begins or goes on that people read; codes and names of classes do not."""
MARKS = ("_", "gettext", "ngettext")
ENVIRONMENT = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
VALUE = "\ue000"
"""Stands for what an expression gives."""


class _Texts(HTMLParser):
    """The texts of a page that people see, each with its line."""

    def __init__(self) -> None:
        super().__init__()
        self.inside: list[str] = []
        self.found: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes, and remember where we are."""
        if tag in AS_IT_IS:
            self.inside.append(tag)
        self.found += [(self.getpos()[0], said) for name, said in attrs if name in SHOWN and said and LETTERS.search(said)]

    def handle_endtag(self, tag: str) -> None:
        """Leave what is for machines."""
        if self.inside and self.inside[-1] == tag:
            self.inside.pop()

    def handle_data(self, data: str) -> None:
        """Look at a text."""
        if not self.inside and (letters := LETTERS.search(data)):
            self.found.append((self.getpos()[0] + data.count("\n", 0, letters.start()), data.strip(f"{VALUE} \n")))


def unmarked(source: str) -> list[tuple[int, str]]:
    """Line and words of each text of a template that is shown and not marked."""
    texts = _Texts()
    texts.feed("".join(_skeleton(source)))
    texts.close()
    return sorted({*texts.found, *_constants(ENVIRONMENT.parse(source))})


def _skeleton(source: str) -> Iterator[str]:
    """The page around its expressions, line for line."""
    for _, kind, value in ENVIRONMENT.lex(source):
        yield value if kind == "data" else (VALUE if kind == "variable_begin" else "") + "\n" * value.count("\n")


def _constants(node: nodes.Node) -> Iterator[tuple[int, str]]:
    """Texts in expressions that no mark surrounds, and that nothing is only compared with."""
    if isinstance(node, nodes.Compare):
        return
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and _is_sentence(node.value):
        yield node.lineno, node.value
    for child in node.iter_child_nodes(exclude=("key",) if isinstance(node, nodes.Pair) else None):
        yield from _constants(child)


def _is_sentence(text: str) -> bool:
    return bool(SENTENCE.search(text.strip())) and not re.search(r"govuk|own-|[<>=]", text)


def faults(root: Path) -> Iterator[str]:
    """One sentence for each text of a template that cannot be translated."""
    for folder in ("shared", "services"):
        for path in sorted((root / folder).rglob("*.html")):
            for line, words in unmarked(path.read_text(encoding="utf-8")):
                yield f'{path.relative_to(root)}:{line}: “{words[:60]}” is shown and not marked: write {{{{ _("…") }}}}'
