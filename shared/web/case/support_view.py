"""A request for support as pages, copies and letters show it: each field with its label, in the reader's words."""

from collections.abc import Collection, Iterator

from shared.protocol.case_file import Group
from shared.protocol.support import SupportAsked, SupportKind
from shared.web.text import message_words
from shared.web.text.phrases import Speaker


def details(asked: SupportAsked, to: Speaker) -> list[tuple[str, str]]:
    """Label and words of each field that says something."""
    return [(to.say.translate(message_words.LABELS[name]), words) for name, words in _said(asked, to)]


def on_paper(asked: SupportAsked, to: Speaker, restricted: Collection[Group] = ()) -> str:
    """What a letter to who is no member says of it, line by line: all but places, which are told by telephone (ADR 53)."""
    left_out = {"origin", "destination"} | ({"languages", "interpreter"} if Group.COMMUNICATION in restricted else set[str]())
    lines = [
        f"{to.say.translate(message_words.LABELS[name])}: {words}" for name, words in _said(asked, to, other=True) if name not in left_out
    ]
    if asked.kind is SupportKind.TRANSPORT or asked.destination:
        lines.append(to.say.translate(message_words.BY_TELEPHONE))
    return "\n".join(lines)


def _said(asked: SupportAsked, to: Speaker, *, other: bool = False) -> Iterator[tuple[str, str]]:
    yield "support", to.say.of(message_words.SUPPORTS, asked.kind)
    yield "when", to.when(asked.when)
    if asked.nights:
        yield "nights", str(asked.nights)
    yield from ((name, words) for name in ("origin", "destination") if (words := getattr(asked, name)))
    if asked.languages:
        yield "languages", ", ".join(to.say.language(tag) for tag in asked.languages)
    if asked.interpreter:
        yield "interpreter", to.say.of(message_words.INTERPRETERS, asked.interpreter)
    yield "payer", _payer(asked, to, other=other)
    if asked.approved:
        yield "approved", asked.approved


def _payer(asked: SupportAsked, to: Speaker, *, other: bool) -> str:
    """Who pays; to who is no member the agency that is asked is nobody that they know of."""
    said = to.say.translate(message_words.OURSELVES) if other and asked.payer in ("asks", "asked") else ""
    return said or to.payers().get(asked.payer, asked.payer)
