"""A document in the copy for the person, in words: what it is, who put it there, who looked at it and took it, and where it is."""

from collections.abc import Iterable
from typing import Any

from shared.casework.person_file import Said
from shared.config.i18n import N_
from shared.privacy.account import capacity
from shared.privacy.account_documents import DocumentHeld, DocumentUse
from shared.web.case.document_set import name_in_set
from shared.web.text import rights_words
from shared.web.text.phrases import Speaker

GOES = N_("It goes along as %(file)s.")
TAKEN_BACK = N_("It was taken back, and is kept until it is erased. It does not go along: ask us in person.")
LACKS = N_("Not all of it has come to this agency, so it does not go along. Whoever attached it has it.")
UNSEEN = N_("Whoever released the copy could not look at it, so it does not go along: ask us in person.")
SIZE = N_("A file of the kind %(kind)s, %(size)s kB.")
LOOKED = N_("Looked at by %(who)s.")
COPIED = N_("A copy was taken by %(who)s.")
UNUSED = N_("Nobody of this agency has looked at it, and nobody has taken a copy.")


def document_lines(one: DocumentHeld, to: Speaker, mark: str) -> tuple[str, ...]:
    """What is said of a document below its name."""
    say = to.say.translate
    size = say(SIZE) % {"kind": one.ref.media.value.upper(), "size": max(1, round(one.ref.size / 1024))}
    return (size, _where(one, to, mark), *_uses(one.uses, to))


def _where(one: DocumentHeld, to: Speaker, mark: str) -> str:
    if one.goes_along:
        return to.say.translate(GOES) % {"file": name_in_set(one, mark)}
    if not one.said.stands:
        return to.say.translate(TAKEN_BACK)
    return to.say.translate(UNSEEN if one.whole else LACKS)


def _uses(uses: Iterable[DocumentUse], to: Speaker) -> list[str]:
    found = list[str]()
    for words, copied in ((LOOKED, False), (COPIED, True)):
        when: dict[str, list[str]] = {}
        for one in uses:
            if one.copied is copied:
                when.setdefault(to.say.of(rights_words.CAPACITIES, capacity(one.ground)), []).append(to.when(one.at))
        who = "; ".join(f"{as_what}: {', '.join(dict.fromkeys(times))}" for as_what, times in when.items())
        found += [to.say.translate(words) % {"who": who}] if who else []
    return found or [to.say.translate(UNUSED)]


def document_data(one: DocumentHeld, mark: str) -> dict[str, Any]:
    """The same for programs; no key of it."""
    said: Said = one.said
    return {
        "id": said.id, "field": said.field, "name": said.shown, "kind": one.ref.media.value, "bytes": one.ref.size, "source": said.source,
        "at": said.said_at, "by": said.by, "stands": said.stands, "file": name_in_set(one, mark) if one.goes_along else None,
        "looked_at": [_use(use) for use in one.uses if not use.copied], "copied": [_use(use) for use in one.uses if use.copied],
    }  # fmt: skip


def _use(one: DocumentUse) -> dict[str, Any]:
    return {"at": one.at, "as": capacity(one.ground).value}
