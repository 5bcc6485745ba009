"""The documents in `docs/contracts`: what they should say now, and whether they do."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from deploy.contracts import asyncapi, evolution, interface
from deploy.contracts.tables import filled
from deploy.trouble import Trouble

HERE = Path(__file__).resolve().parents[2] / "docs" / "contracts"
PROMISED = "events.json"
DOCUMENTS: dict[str, Callable[[], dict[str, Any]]] = {
    "asyncapi.json": asyncapi.document,
    PROMISED: evolution.snapshot,
    **{f"openapi-{service}.json": (lambda service=service: interface.document(service)) for service in interface.SERVICES},
}
"""File → what makes it."""


def text(document: dict[str, Any]) -> str:
    """A document as its file has it."""
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def faults(folder: Path = HERE) -> Iterator[str]:
    """What the events no longer keep of what was promised, one sentence each."""
    kept = folder / PROMISED
    if kept.exists():
        yield from evolution.broken(json.loads(kept.read_text(encoding="utf-8")), evolution.snapshot())


def keep(folder: Path = HERE) -> list[Path]:
    """Writes the documents that have changed. Raises Trouble where an event type has lost or changed something: that is never kept."""
    if broken := list(faults(folder)):
        raise Trouble("the events break what was promised:\n%(broken)s", broken="\n".join(broken))
    folder.mkdir(parents=True, exist_ok=True)
    written: list[Path] = []
    for name, make in DOCUMENTS.items():
        path, now = folder / name, text(make())
        if not path.exists() or path.read_text(encoding="utf-8") != now:
            path.write_text(now, encoding="utf-8")
            written.append(path)
    return written


def keep_tables() -> list[Path]:
    """Writes the tables of docs/protocol.md where the protocol has changed."""
    path = HERE.parent / "protocol.md"
    text = path.read_text(encoding="utf-8")
    now = filled(text)
    if now != text:
        path.write_text(now, encoding="utf-8")
    return [path] if now != text else []
