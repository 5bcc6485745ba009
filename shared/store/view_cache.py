"""Views of cases as text, and the cache of those that are in use."""

import json
from dataclasses import asdict
from threading import Lock

from cachetools import LRUCache

from shared.protocol.case import Case
from shared.protocol.core import Core
from shared.protocol.following import KeptRecord, View


def dump_view(view: View) -> str:
    """A view as the picture table keeps it."""
    case = view.case.model_dump_json() if view.case else "null"
    kept = json.dumps([{"place": k.place, "event": k.event, "core": asdict(k.core)} for k in view.kept]) if view.kept else "[]"
    return f'{{"case":{case},"since":{json.dumps(view.since)},"kept":{kept},"left":{"true" if view.left else "false"}}}'


def load_view(text: str) -> View:
    """A view from the picture table."""
    raw = json.loads(text)
    kept = tuple(KeptRecord(k["place"], k["event"], Core(**k["core"])) for k in raw["kept"])
    return View(Case.model_validate(raw["case"]) if raw["case"] else None, raw["since"], kept, raw["left"])


class ViewCache:
    """The views used last. It holds what is committed, nothing else. Several threads read it, one writes."""

    def __init__(self, size: int = 8192) -> None:
        self.views, self.lock = LRUCache[str, View](size), Lock()

    def get(self, case: str) -> View | None:
        """The view of a case, if it is here."""
        with self.lock:
            return self.views.get(case)

    def put(self, case: str, view: View) -> None:
        """Keep a view; the one unused for longest goes."""
        with self.lock:
            self.views[case] = view

    def clear(self) -> None:
        """Know nothing."""
        with self.lock:
            self.views.clear()

    def __contains__(self, case: str) -> bool:
        with self.lock:
            return case in self.views
