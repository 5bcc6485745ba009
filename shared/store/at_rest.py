"""At rest: what a row says of the person is closed under the keys of its case, what all members may see stays readable.

{"D0": facts, "D1": "nrm-r1.…"}: only the values of sections become text, a prefix with the version and base64 of nonce and ciphertext,
bound to table, row, case and class. A section whose key was destroyed is as if it had never been disclosed. Without a keystore nothing is
closed; rows of before, and of such instances, are read as they are.

What was stated of a person, or said between agencies, is closed once more inside, each value under a key of its own, wherever it lies: so
one statement or message can be erased. Words that are of several classes are closed under the keys of all, and go with any of them.
"""

from collections.abc import Callable, Collection
from functools import partial
from typing import Any, cast

import orjson

from shared.crypto import envelopes, primitives
from shared.crypto.keystore import PLACES, Keystore
from shared.crypto.primitives import NotForUs, raw, text
from shared.protocol.case_file import Group
from shared.protocol.messages import classes_of
from shared.protocol.statements import place as place_of
from shared.protocol.vocabulary import DataClass
from shared.records.codec import Sections, from_json, to_json
from shared.store.tables import Parked

SEALED = envelopes.STARTS
PREFIX = "nrm-r1."
"""What every closed value begins with; alone it stands for a section that is not kept, because the case was erased here."""
JOURNAL, OUTBOX, PARKED, REPORT, STATISTIC, COUNTED = "journal", "outbox", "parked", "report", "statistic", "counted"
BASIS, GLASS, HOUSE, FORM, STATEMENT, OWN_WORDS, SEARCH = "basis", "break-glass", "house", "form", "statement", "own", "search"
MEETING = "meeting point"
RIGHTS, REPLY, RESTRICTED, DRAFT, NOTICE, LETTER = "rights", "reply", "restricted", "draft", "notice", "letter"
"""The places that hold closed values; rows are known there by event id, decision key, place on the log, case, record id, record id,
own id, officer and time, name, form, statement, own id, own id, request, request, id of the restriction, id of the draft, officer and
channel, letter."""
WHOLE = "D8"
"""The class under whose key goes what may hold anything: a parked record, an officer's note."""


def closed(keys: Keystore | None, place: str, row: str, case: str, parts: Sections | dict[str, Any]) -> str:
    """The text of a row's column. With a keystore, `keys.settle` goes before the commit."""
    if keys is None or PLACES.keys().isdisjoint(parts):
        return to_json(parts)
    kept: dict[str, Any] = dict(parts)
    for name in parts.keys() & PLACES.keys():
        said = _each_stated(name, kept[name], partial(closed_value, keys, case), partial(closed_words, keys, case))
        kept[name] = _closed(keys, place, row, case, name, orjson.dumps(said))
    return to_json(kept)


def opened(keys: Keystore | None, place: str, row: str, case: str, column: str) -> Sections:
    """What the column of a row says, without the sections that nobody can open any more."""
    parts: Sections = from_json(column)
    for name in [name for name in parts if name in PLACES]:
        value: Any = parts[name]
        if isinstance(value, str):
            plain = _opened(keys, place, row, case, name, value)
            if plain is None:
                del parts[name]
            else:
                said = orjson.loads(plain)
                parts[name] = _each_stated(name, said, partial(opened_value, keys, case), partial(opened_words, keys, case))
    return parts


def closed_value(keys: Keystore | None, case: str, section: str, statement: str, value: str) -> str:
    """What was stated, closed under the key of the statement. What takes something back has no value, and no key."""
    if keys is None or not value:
        return value
    key = keys.statement_key_to_write(case, section, statement)
    return PREFIX + text(primitives.encrypted(key, value.encode(), _bound(STATEMENT, statement, case, section))) if key else PREFIX


def opened_value(keys: Keystore | None, case: str, section: str, statement: str, value: str) -> str | None:
    """The same again; None where nobody can open it any more."""
    if not value.startswith(PREFIX):
        return value
    key = keys.statement_key(case, section, statement) if keys else None
    plain = _tried(key, value, _bound(STATEMENT, statement, case, section))
    return plain.decode() if plain is not None else None


def closed_words(keys: Keystore | None, case: str, about: Collection[str], message: str, said: Any) -> Any:
    """What a message says about these groups, closed under a key of its own for each of their classes, one around the other."""
    if keys is None:
        return said
    words = orjson.dumps(said).decode()
    for section in _classes(about):
        words = closed_value(keys, case, section, message, words)
    return words


def opened_words(keys: Keystore | None, case: str, about: Collection[str], message: str, said: Any) -> Any:
    """The same again; None where nobody can open it any more."""
    words: str | None = said if isinstance(said, str) else None
    if words is None:
        return said
    for section in reversed(_classes(about)):
        words = opened_value(keys, case, section, message, words)
        if words is None:
            return None
    return orjson.loads(words)


def to_column(keys: Keystore | None, case: str, about: Collection[str], message: str, said: Any) -> str:
    """What a message says, for a column of its own."""
    words = closed_words(keys, case, about, message, said)
    return words if isinstance(words, str) else orjson.dumps(words).decode()


def from_column(keys: Keystore | None, case: str, about: Collection[str], message: str, column: str) -> Any:
    """The same again; None where nobody can open it any more."""
    return opened_words(keys, case, about, message, column if column.startswith(PREFIX) else orjson.loads(column))


def _classes(about: Collection[str]) -> tuple[str, ...]:
    return tuple(section.value for section in classes_of(map(Group, about)))


def _each_stated(
    section: str, said: Any, value: Callable[[str, str, str], str | None], words: Callable[[Collection[str], str, Any], Any]
) -> Any:  # fmt: skip
    """A section with each value of a statement turned, and the words of each message; what cannot be is left out."""
    whole = cast(dict[str, Any], said) if isinstance(said, dict) else {}
    told = cast(dict[str, Any] | None, whole.get(place_of(DataClass(section))))
    if not isinstance(told, dict):
        return cast(Any, said)
    turned = dict(told)
    if "statements" in told:
        turned["statements"] = _turned(told["statements"], "value", lambda one: value(section, one["id"], one["value"]))
    if "messages" in told:
        turned["messages"] = _turned(told["messages"], "said", lambda one: words(one["about"], one["id"], one["said"]))
    return {**whole, place_of(DataClass(section)): turned}


def _turned(ones: list[dict[str, Any]], field: str, turn: Callable[[dict[str, Any]], Any]) -> list[dict[str, Any]]:
    return [{**one, field: found} for one in ones if (found := turn(one)) is not None]


def journal_row(keys: Keystore | None, row: dict[str, Any]) -> dict[str, Any]:
    """A row for the journal as the table takes it."""
    return row | {"body": closed(keys, JOURNAL, row["event"], row["case"], row["body"])}


def parked_row(keys: Keystore | None, row: dict[str, Any]) -> dict[str, Any]:
    """The same of a record that could not be applied. Of a case that was erased here it stays sealed as it lay on the log, where it ends
    with our keys: without its bytes the case could never go on."""
    if keys is None or (WHOLE in keys.gone(row["case"]) and row["value"].startswith(SEALED)):
        return row
    return row | {"value": _closed(keys, PARKED, at(row["partition"], row["place"]), row["case"], WHOLE, row["value"]).encode()}


def statistic_row(keys: Keystore | None, row: dict[str, Any]) -> dict[str, Any]:
    """A statistical record as the table takes it: closed where it repeats what was disclosed of the person of a case (`of`).

    Its id alone would lead whoever has the instance's secret, which lies beside it, back to the case.
    """
    kept = {name: value for name, value in row.items() if name != "of"}
    if keys is None or not row["of"]:
        return kept
    return kept | {"body": closed(keys, STATISTIC, row["record"], row["of"], {"of": row["of"], WHOLE: from_json(row["body"])})}


def closed_for(case: str) -> str:
    """What the body of a statistical record begins with that is closed under this case's key."""
    return to_json({"of": case}).removesuffix("}")


def statistic_body(keys: Keystore | None, record: str, column: str) -> str | None:
    """The body of a statistical record; None where nobody can open it any more."""
    if not column.startswith('{"of":'):
        return column or None
    parts = opened(keys, STATISTIC, record, from_json(column)["of"], column)
    return to_json(parts[WHOLE]) if WHOLE in parts else None


def parked_value(keys: Keystore | None, row: Parked) -> bytes:
    """The bytes of such a record; empty where nobody can open them any more."""
    if not row.value.startswith(PREFIX.encode()):
        return row.value
    return _opened(keys, PARKED, at(row.partition, row.place), row.case, WHOLE, row.value.decode()) or b""


def at(partition: int, place: int) -> str:
    """How a parked record is known."""
    return f"{partition}:{place}"


def closed_text(keys: Keystore | None, place: str, row: str, case: str, words: str) -> str:
    """What somebody wrote, for a column of its own."""
    return _closed(keys, place, row, case, WHOLE, words.encode()) if keys and words else words


def is_gone(keys: Keystore | None, case: str) -> bool:
    """Whether the key for such words was destroyed: what is closed under it from now on is not kept."""
    return keys is not None and WHOLE in keys.gone(case)


def opened_text(keys: Keystore | None, place: str, row: str, case: str, column: str) -> str:
    """The same again; empty where nobody can open it any more."""
    if not column.startswith(PREFIX):
        return column
    plain = _opened(keys, place, row, case, WHOLE, column)
    return plain.decode() if plain is not None else ""


def unopened(keys: Keystore | None, place: str, row: str, case: str, column: str, anew: Collection[str] = ()) -> dict[str, bool]:
    """Of each closed section of a row whether it opens; what was erased is not in it. Of classes that have keys `anew`, rows of before may
    not open, and are not in it then."""
    values: dict[str, Any] = {WHOLE: column} if column.startswith(PREFIX) else from_json(column)
    here = {name: value for name, value in values.items() if isinstance(value, str) and len(value) > len(PREFIX) and name in PLACES}
    gone = keys.gone(case) if keys is not None else frozenset[str]()
    opens = {name: _opened(keys, place, row, case, name, value) is not None for name, value in here.items() if name not in gone}
    return {name: opened for name, opened in opens.items() if opened or name not in anew}


def _closed(keys: Keystore, place: str, row: str, case: str, section: str, plain: bytes) -> str:
    key = keys.key_to_write(case, section)
    return PREFIX + text(primitives.encrypted(key, plain, _bound(place, row, case, section))) if key else PREFIX


def _opened(keys: Keystore | None, place: str, row: str, case: str, section: str, value: str) -> bytes | None:
    key = keys.key(case, section) if keys else None
    return _tried(key, value, _bound(place, row, case, section))


def _tried(key: bytes | None, value: str, bound: bytes) -> bytes | None:
    try:
        return primitives.decrypted(key, raw(value.removeprefix(PREFIX)), bound) if key else None
    except (NotForUs, ValueError):
        return None


def _bound(place: str, row: str, case: str, section: str) -> bytes:
    return f"nrm rest 1\n{place}\n{row}\n{case}\n{section}".encode()
