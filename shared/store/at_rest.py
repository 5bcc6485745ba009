"""At rest: what a row says of the person is closed under the keys of its case, what all members may see stays readable.

{"D0": facts, "D1": "nrm-r1.…"}: only the values of sections become text, a prefix with the version and base64 of nonce and ciphertext,
bound to table, row, case and class. A section whose key was destroyed is as if it had never been disclosed. Without a keystore nothing is
closed; rows of before, and of such instances, are read as they are.
"""

from collections.abc import Collection
from typing import Any

import orjson

from shared.crypto import envelopes, primitives
from shared.crypto.keystore import PLACES, Keystore
from shared.crypto.primitives import NotForUs, raw, text
from shared.records.codec import Sections, from_json, to_json
from shared.store.tables import Parked

SEALED = envelopes.STARTS
PREFIX = "nrm-r1."
"""What every closed value begins with; alone it stands for a section that is not kept, because the case was erased here."""
JOURNAL, OUTBOX, PARKED, REPORT, STATISTIC, COUNTED = "journal", "outbox", "parked", "report", "statistic", "counted"
BASIS, GLASS, HOUSE, FORM, OWN_WORDS, SEARCH = "basis", "break-glass", "house", "form", "own", "search"
"""The places that hold closed values; rows are known there by event id, decision key, place on the log, case, record id, record id,
own id, officer and time, name, form, own id, own id."""
WHOLE = "D8"
"""The class under whose key goes what may hold anything: a parked record, an officer's note."""


def closed(keys: Keystore | None, place: str, row: str, case: str, parts: Sections | dict[str, Any]) -> str:
    """The text of a row's column. With a keystore, `keys.settle` goes before the commit."""
    if keys is None or PLACES.keys().isdisjoint(parts):
        return to_json(parts)
    kept: dict[str, Any] = dict(parts)
    for name in parts.keys() & PLACES.keys():
        kept[name] = _closed(keys, place, row, case, name, orjson.dumps(kept[name]))
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
                parts[name] = orjson.loads(plain)
    return parts


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
    if key is None:
        return None
    try:
        return primitives.decrypted(key, raw(value.removeprefix(PREFIX)), _bound(place, row, case, section))
    except (NotForUs, ValueError):
        return None


def _bound(place: str, row: str, case: str, section: str) -> bytes:
    return f"nrm rest 1\n{place}\n{row}\n{case}\n{section}".encode()
