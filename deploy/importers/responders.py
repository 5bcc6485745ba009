"""The country file of an import: the project's own for the UK, and an agency for each first responder that the published file names."""

import json
import re
import shutil
from collections.abc import Collection, Iterable
from hashlib import sha256
from pathlib import Path

from deploy.language_choice import translate
from shared.config.country import Country
from shared.config.country_loading import load
from shared.protocol.vocabulary import AgencyKind

BASE = Path(__file__).parent.parent / "countries" / "uk.toml"
KINDS = {
    "Police": AgencyKind.POLICE, "Government agency": AgencyKind.GOVERNMENT, "Local Authority": AgencyKind.LOCAL_AUTHORITY,
    "NGO and third sector": AgencyKind.NGO,
}  # fmt: skip
"""Printed type → kind, which decides what the agency may see."""
UNKNOWN = AgencyKind.COORDINATOR
"""Of a type never seen: nobody guesses what it may see, so it is the kind that sees least."""
Responder = tuple[str, str]
"""(type, name) as printed."""


def country_file(path: Path, responders: Iterable[Responder]) -> Country:
    """The country in `path`, made or extended so that every responder is an agency of it. Agencies already there keep their ids."""
    if not path.exists():
        _replace(path, BASE.read_text(encoding="utf-8"))
    country = load(path)
    known, taken = set(ids(country)), {a.id for a in country.agencies}
    tables: list[str] = []
    for responder in responders:
        if responder not in known:
            known.add(responder)
            id = _id(responder, taken)
            taken.add(id)
            tables.append(_table(id, *responder))
    if tables:
        _replace(path, path.read_text(encoding="utf-8") + "".join(tables))
    return load(path)


def former(path: Path) -> tuple[Responder, ...]:
    """The responders that the country in `path` has already; none where there is no such file."""
    return tuple(ids(load(path))) if path.exists() else ()


def new_to(known: Collection[Responder], now: Iterable[Responder]) -> list[str]:
    """What to say of responders that no former file had; nothing of a first file, whose responders are all new."""
    fresh = dict.fromkeys(one for one in now if known and one not in known)
    return [
        translate("first_responder %(name)s (%(kind)s) is in no former file: a new agency", name=f"{name!r}", kind=kind)
        for kind, name in fresh
    ]


def ids(country: Country) -> dict[Responder, str]:
    """Responder → its agency's id."""
    return {(a.type, a.name): a.id for a in country.agencies if "intake" in a.services}


def _id(responder: Responder, taken: set[str]) -> str:
    slug = "uk-" + re.sub(r"[^a-z0-9]+", "-", responder[1].lower()).strip("-")[:45]
    return slug if slug not in taken else f"{slug}-{sha256(repr(responder).encode()).hexdigest()[:8]}"


def _table(id: str, type: str, name: str) -> str:
    kind = KINDS.get(type, UNKNOWN)
    lines = (f"id = {_text(id)}", f"name = {_text(name)}", f"type = {_text(type)}", f'kind = "{kind}"', 'services = ["intake"]')
    return "\n[[agencies]]\n" + "\n".join(lines) + "\n"


def _text(value: str) -> str:
    """A TOML string: JSON's escapes are TOML's too."""
    return json.dumps(value, ensure_ascii=False)


def _replace(path: Path, text: str) -> None:
    new = path.with_suffix(".new")
    new.write_text(text, encoding="utf-8")
    shutil.move(new, path)
