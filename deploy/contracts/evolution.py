"""The gate: what lies on the log is read for ever, so an event type may gain, and never lose or change what it has."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, cast

from deploy.contracts.shapes import Schema, Schemas, models
from shared.protocol.case import Case
from shared.protocol.classes import EVENTS, LATER, data_class
from shared.protocol.core import SHAPES
from shared.protocol.facts import Event
from shared.protocol.statistics import RECORDS
from shared.protocol.vocabulary import DataClass

ADVICE = (
    "What lies on the log is read for ever: leave the type as it is, give the change a new event name ({next}) and an upcaster that reads "
    "the old one, and add a sample."
)
HIGHEST, LOWEST = ("maxLength", "maximum", "exclusiveMaximum", "maxItems"), ("minLength", "minimum", "exclusiveMinimum", "minItems")
SAME = ("type", "const", "pattern")


def snapshot(kinds: Mapping[str, type[Event]] = EVENTS, later: Iterable[tuple[str, str]] = LATER) -> dict[str, Any]:
    """What is promised now: fields and data classes of each event type, the core, the picture in checkpoints, statistical records.

    `later` are the D0 fields that are not written while they say nothing.
    """
    shared = models(kinds)
    types = {name: _bare(shared.pop(kind.__name__)) for name, kind in kinds.items()}
    statistics = {name: _bare(shared.pop(model.__name__)) for name, model in RECORDS.items()}
    return {
        "core": {name: shape.__name__ for name, shape in SHAPES.items()},
        "classes": {name: {field: data_class(kind, field).value for field in kind.model_fields} for name, kind in kinds.items()},
        "later": sorted(f"{name}: {field}" for name, field in later),
        "events": types, "statistics": statistics, "picture": _bare(shared.pop(Case.__name__)),
        "shared": {name: _bare(schema) for name, schema in shared.items()},
    }  # fmt: skip


def _bare(schema: Any, properties: bool = False) -> Any:
    """Without titles and descriptions, which promise nothing; a property may well be called so."""
    if isinstance(schema, list):
        return [_bare(each) for each in cast(list[Any], schema)]
    if not isinstance(schema, dict):
        return schema
    words = () if properties else ("title", "description")
    return {name: _bare(each, name == "properties") for name, each in cast(Schema, schema).items() if name not in words}


def broken(old: dict[str, Any], new: dict[str, Any]) -> list[str]:
    """One sentence for each promise of `old` that `new` does not keep, with what to do. What is only added breaks nothing."""
    compare = Comparison(old["shared"], new["shared"])
    found = [("core.v1", fault) for fault in _core(old["core"], new["core"])]
    for group in ("events", "statistics"):
        for name, schema in old[group].items():
            now = new[group].get(name)
            found += [(name, "is gone")] if now is None else [(name, fault) for fault in compare.faults(schema, now)]
    for name, fields in old["classes"].items():
        now = new["classes"].get(name, {})
        found += [(name, f"`{f}` was of data class {c} and is {now[f]} now") for f, c in fields.items() if now.get(f, c) != c]
        later = [f for f, c in now.items() if f not in fields and c == DataClass.D0 and f"{name}: {f}" not in new["later"]]
        found += [(name, f"`{f}` is new and would be in every core, which older readers refuse: name it in classes.LATER") for f in later]
    found += [("checkpoint.set.v1", f"the picture in it: {fault}") for fault in compare.faults(old["picture"], new["picture"])]
    return [f"{name}: {fault}. {_advice(name)}" for name, fault in found]


def _core(old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[str]:
    yield from (f"the field `{name}` of the core has changed or gone" for name, shape in old.items() if new.get(name) != shape)
    yield from (f"the core has the new field `{name}`, which no core on the log has" for name in new if name not in old)


def _advice(name: str) -> str:
    stem, _, version = name.rpartition(".v")
    return ADVICE.format(next=f"{stem}.v{int(version) + 1}" if version.isdigit() else f"{name}.v2")


class Comparison:
    """Compares schemas, each with the shared ones that it points to."""

    def __init__(self, old: Schemas, new: Schemas) -> None:
        """The shared schemas of either side, by name."""
        self.old, self.new = old, new

    def faults(self, old: Schema, new: Schema, place: str = "") -> Iterator[str]:
        """What a reader or writer of the old schema would miss in the new one."""
        old, new = _resolved(old, self.old), _resolved(new, self.new)
        said = f"`{place}`" if place else "the whole"
        for word in SAME:
            if old.get(word) != new.get(word) and not (word == "pattern" and word not in new):
                yield f"{said} has another {word}"
        if "default" in old and old["default"] != new.get("default"):
            yield f"{said} has another default, so that what was left unsaid would say something else"
        yield from (f"{said} has lost the value {value}" for value in old.get("enum", ()) if value not in new.get("enum", (value,)))
        if "enum" in new and "enum" not in old:
            yield f"{said} takes only some values now"
        yield from (f"{said} has a narrower {word}" for word in HIGHEST if _narrower(old, new, word, lambda was, now: now < was))
        yield from (f"{said} has a narrower {word}" for word in LOWEST if _narrower(old, new, word, lambda was, now: now > was))
        yield from self._properties(old, new, place)
        yield from self._inner(old, new, place)

    def _properties(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        before, after = old.get("properties", {}), new.get("properties", {})
        for name, schema in before.items():
            there = f"{place}.{name}".lstrip(".")
            if name in after:
                yield from self.faults(schema, after[name], there)
            else:
                yield f"`{there}` is gone"
        for name in new.get("required", ()):
            if name not in old.get("required", ()):
                yield f"`{f'{place}.{name}'.lstrip('.')}` must be said now, and events on the log do not say it: give it a default"

    def _inner(self, old: Schema, new: Schema, place: str) -> Iterator[str]:
        for word in ("items", "additionalProperties"):
            was, now = old.get(word, True), new.get(word, True)
            if isinstance(was, dict) and isinstance(now, dict):
                yield from self.faults(cast(Schema, was), cast(Schema, now), f"{place}[]")
            elif was is not now and now is not True:
                yield f"`{place}` takes less than before"
        for was in old.get("anyOf", ()):
            if not any(not list(self.faults(was, now)) for now in new.get("anyOf", (new,))):
                yield f"`{place}` does not take all that it took"
        if "anyOf" in new and "anyOf" not in old and all(list(self.faults(old, now)) for now in new["anyOf"]):
            yield f"`{place}` does not take all that it took"


def _narrower(old: Schema, new: Schema, word: str, tighter: Callable[[int, int], bool]) -> bool:
    return word in new and (word not in old or tighter(old[word], new[word]))


def _resolved(schema: Schema, shared: Schemas) -> Schema:
    """The schema with what it points to put in place."""
    if len(schema.get("allOf", ())) == 1:
        return _resolved(schema["allOf"][0], shared) | {k: v for k, v in schema.items() if k != "allOf"}
    if "$ref" in schema:
        return _resolved(shared[schema["$ref"].rpartition("/")[2]], shared)
    return schema
