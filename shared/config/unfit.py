"""What is wrong with a file or a setting that somebody wrote: where, what, and what is allowed, so that it can be said in their language.

Pydantic says it in English alone, so each kind of its errors that a file can have has words here; a validator of ours raises
`ValueError(Clause(…))`.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from typing import Any

from pydantic import ValidationError

from shared.config.codes import WRONG
from shared.config.i18n import N_, Clause

WORDS = {
    "missing": N_("is missing"),
    "extra_forbidden": N_("nothing is called so here"),
    "enum": N_("%(got)s is none of these: %(expected)s"),
    "literal_error": N_("%(got)s is none of these: %(expected)s"),
    "string_too_short": N_("%(got)s is shorter than %(min_length)s characters"),
    "string_too_long": N_("is longer than %(max_length)s characters"),
    "too_short": N_("has fewer than %(min_length)s entries"),
    "too_long": N_("has more than %(max_length)s entries"),
    "greater_than": N_("%(got)s is not more than %(gt)s"),
    "greater_than_equal": N_("%(got)s is less than %(ge)s"),
    "less_than": N_("%(got)s is not less than %(lt)s"),
    "less_than_equal": N_("%(got)s is more than %(le)s"),
    "multiple_of": N_("%(got)s is no multiple of %(multiple_of)s"),
    "string": N_("%(got)s is no text"),
    "int": N_("%(got)s is no whole number"),
    "float": N_("%(got)s is no number"),
    "bool": N_("%(got)s is neither true nor false"),
    "date": N_("%(got)s is no day as in 2026-05-31"),
    "time": N_("%(got)s is no time as in 08:30"),
    "list": N_("is no list"),
    "tuple": N_("is no list"),
    "set": N_("is no list"),
    "frozen": N_("is no list"),
    "dict": N_("is no table of lines with names"),
    "model": N_("is no table of lines with names"),
    "path": N_("%(got)s is no path"),
}
"""Kind of an error, or what its kind begins with → what is wrong."""
_ID = N_("%(got)s is no id: write %(least)s to %(most)s of small letters a to z, digits and hyphens, and begin with no hyphen")
FORMS: Mapping[str, tuple[str, Mapping[str, str]]] = {
    r"^[a-z0-9][a-z0-9-]{0,40}$": (_ID, {"least": "1", "most": "41"}),
    r"^[a-z0-9][a-z0-9-]{0,60}$": (_ID, {"least": "1", "most": "61"}),
    r"^[a-z0-9][a-z0-9-]{1,60}$": (_ID, {"least": "2", "most": "61"}),
    r"^(\+[0-9][0-9 ]{2,28})?$": (N_("%(got)s is no telephone number as in +381 11 123456"), {}),
    r"^[a-z][a-z0-9-]{0,39}$": (N_("%(got)s is no code: write up to 40 small letters a to z, digits and hyphens, a letter first"), {}),
    r"^[0-9]{0,6}$": (N_("%(got)s is no number to call in danger: write at most 6 digits"), {}),
    r"^[A-Z]{2}[0-9A-Z]{1,2}$": (N_("%(got)s is no code of a region as in RS11"), {}),
    r"^([A-Z]{2})?$": (N_("%(got)s is no code of a country as in RS"), {}),
    r"^([01][0-9]|2[0-3]):[0-5][0-9]$": (WORDS["time"], {}),
    r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$": (N_("%(got)s is no time as in 08:30, nor 24:00"), {}),
    "^(demo|production)$": (N_("%(got)s is neither demo nor production"), {}),
    r"^(https://\S+)?$": (N_("%(got)s is no address that begins with https://"), {}),
}
"""Form that a text must have → what is wrong with one that has it not. Nobody is shown the form itself."""
UNCLEAR = N_("%(got)s is not what can stand here")
SHOWN = 80
"""Characters of what somebody wrote that are repeated at most."""


def clauses(error: ValidationError) -> list[Clause]:
    """All that is wrong: a clause each, with its place; entries of a list are counted from one."""
    return [_placed(one["loc"], what(one)) for one in error.errors(include_url=False)]


def what(error: Mapping[str, Any]) -> Clause:
    """What is wrong with one line, without its place."""
    kind, given = str(error["type"]), dict(error.get("ctx") or {})
    told = given.get("error")
    if isinstance(told, ValueError) and told.args and isinstance(told.args[0], Clause):
        return told.args[0]
    if kind == "value_error":
        return Clause("%(said)s", said=str(told))
    if kind in WRONG:
        return Clause(WRONG[kind])
    if kind == "string_pattern_mismatch":
        form, allowed = FORMS.get(str(given.get("pattern")), (UNCLEAR, {}))
        return Clause(form, **allowed, got=_shown(error.get("input")))
    words = WORDS.get(kind) or WORDS.get(kind.split("_")[0]) or UNCLEAR
    values = {name: str(value) for name, value in given.items()} | {"got": _shown(error.get("input"))}
    if "expected" in values:
        values["expected"] = values["expected"].replace("' or '", "', '")
    return Clause(words, **{name: value for name, value in values.items() if f"%({name})" in words})


def not_toml(error: tomllib.TOMLDecodeError) -> Clause:
    """Where a file stops being TOML: line and column where the reader says them."""
    at = re.search(r"line (\d+), column (\d+)", str(error))
    if at is None:
        return Clause(N_("it is not TOML: something at its end is not closed"))
    return Clause(N_("it is not TOML: look at line %(line)s, column %(column)s"), line=at[1], column=at[2])


def _placed(place: Iterable[int | str], said: Clause) -> Clause:
    where = ".".join(str(part + 1) if isinstance(part, int) else part for part in place)
    return Clause("%(where)s: %(what)s", where=where, what=said) if where else said


def _shown(given: Any) -> str:
    said = str(given) if isinstance(given, str | int | float | bool) else type(given).__name__
    return said if len(said) <= SHOWN else f"{said[:SHOWN]}…"
