"""All agencies of a demo's country in one process, where its fleet would start one for each: their starts cost more than what they do."""

import asyncio
from collections.abc import Collection, Coroutine, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from rich.console import Console

from deploy.brokers import Kafka, Mock
from deploy.brokers.topics import ensure_topics
from deploy.demo.run import DemoOptions, DemoRun
from deploy.process.work_folder import held
from tests.browser.agencies import Agency

T = TypeVar("T")


class Street:
    """The agencies as threads of this process. They tell the operators nothing, so nobody would see that one is away."""

    operators = ""

    def __init__(self, demo: DemoRun, bus: str, sealing: Mapping[str, Any] | None = None) -> None:
        at, clock = demo.folder.agencies, f"file:{demo.folder.clock.path}"
        self.processes = {a.id: Agency(a.id, bus, at, demo.wish.country, clock, sealing) for a in demo.country.agencies}

    def __enter__(self) -> "Street":
        for agency in self.processes.values():
            agency.start()
        for agency in self.processes.values():
            agency.await_ready()
        return self

    def __exit__(self, *_: object) -> None:
        for agency in self.processes.values():
            agency.leave()
        for agency in self.processes.values():
            agency.stop()

    async def all_along(self, work: Coroutine[Any, Any, T]) -> T:
        """Do this; nobody ends by itself here: all are threads of this process."""
        return await work


def on_the_mock(folder: Path, country: Path, cases: int | None = None) -> dict[str, Any]:
    """The summary of a country's play."""
    demo = DemoRun(DemoOptions(folder, country, cases=cases), Console())
    demo.folder.make()
    with Mock() as broker:
        asyncio.run(ensure_topics(broker.bus))
        return _played(demo, broker, None)


def on_kafka(folder: Path, told: Collection[str]) -> dict[str, Any]:
    """The same of the first country on Kafka itself: the stories of these names, with the keys and the directory of the demo's own
    ceremony. All that it leaves lies in the folder."""
    demo = DemoRun(DemoOptions(folder, cases=len(told)), Console())
    demo.repertoire = replace(demo.repertoire, stories=tuple(story for story in demo.repertoire.stories if story.name in told))
    with held(demo.folder.root, "demo"), demo.broker() as broker:
        told = asyncio.run(demo.sealed(broker.bus))
        return _played(demo, broker, {"root": told["NRM_ROOT"], "keys": Path(told["NRM_KEYS"])})


def _played(demo: DemoRun, broker: Kafka | Mock, sealing: Mapping[str, Any] | None) -> dict[str, Any]:
    with Street(demo, broker.bootstrap, sealing) as street:
        demo.play(street, broker)
        return demo.summary(street, broker)
