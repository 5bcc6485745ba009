"""The agencies as a program uses them: over HTTP, at `/api`, asking again with the same key until they answer."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import httpx2
from confluent_kafka import KafkaException

from deploy.demo.loopback import NO_CERTIFICATES
from deploy.demo.quiescence import ends, unrest
from deploy.trouble import Trouble
from shared.access.actor import OFFICER_COOKIE
from shared.config.attempts import poll_until_async
from shared.config.kafka import Bus

T = TypeVar("T")
SILENT_AT_MOST = 90.0
"""Seconds for which an agency may stay silent, restarts included."""
FIRST_PAUSE, LONGEST_PAUSE, REST_PAUSE = 0.03, 0.25, 0.3


class RequestRefused(Exception):
    """An agency answered that this is not possible; the status and its words."""

    def __init__(self, status: int, words: str) -> None:
        super().__init__(f"{status}: {words}")
        self.status = status


class NothingCame(Trouble):
    """What was waited for did not come."""


@dataclass(frozen=True)
class Seen:
    """A case as one instance shows it: the shared picture, and how many of its own decisions wait for the bus."""

    case: dict[str, Any]
    waiting: int

    def knows(self, keys: Iterable[str]) -> bool:
        """Whether these decisions are settled here."""
        return all(key in self.case["settled"] for key in keys)


class Offices:
    """All agencies of a fleet by their addresses."""

    def __init__(self, url: Callable[[str], str], patience: float = SILENT_AT_MOST) -> None:
        self.url, self.patience = url, patience
        self.client = httpx2.AsyncClient(timeout=20, limits=httpx2.Limits(max_connections=64), verify=NO_CERTIFICATES)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None) -> None:
        await self.client.aclose()

    def at(self, agency: str, path: str) -> str:
        """The address of the process that answers a path below `/api`: here one process has all services of an agency."""
        return self.url(agency)

    async def _call(self, method: str, agency: str, path: str, **request: Any) -> httpx2.Response:
        """One request below `/api`, again and again until the agency answers: the same key makes a repeat harmless."""
        return await self._asked(method, agency, lambda: f"{self.at(agency, path)}/api/{path}", **request)

    async def _asked(self, method: str, agency: str, address: Callable[[], str], **request: Any) -> httpx2.Response:
        """The same at an address, which may be another one once the agency's process has ended and begun again."""
        said = ""

        async def ask() -> httpx2.Response | None:
            nonlocal said
            try:
                answer = await self.client.request(method, address(), **request)
            except httpx2.HTTPError as error:
                said = type(error).__name__
                return None
            said = f"status {answer.status_code}"
            return answer if answer.status_code < 500 else None

        def silent() -> NothingCame:
            return NothingCame(
                "%(agency)s gave no answer within %(patience)s s (%(said)s); its log is in the demo's folder.",
                agency=agency,
                patience=f"{self.patience:.0f}",
                said=said,
            )

        return await self._patiently(ask, silent)

    async def decide(self, agency: str, path: str, body: dict[str, Any], key: str, officer: str = "") -> tuple[str, list[str]]:
        """Make a decision as an officer: the case it was about, and its keys. Raises RequestRefused."""
        headers = {"Idempotency-Key": key, **({"nrm-officer": officer} if officer else {})}
        answer = await self._call("POST", agency, path, json=body, headers=headers)
        if answer.status_code == 403 and officer and "case" in body:  # nobody has the case yet: the officer takes it, as people do
            await self.take(agency, path, body["case"], officer)
            answer = await self._call("POST", agency, path, json=body, headers=headers)
        if answer.status_code >= 400:
            raise RequestRefused(answer.status_code, answer.text[:300])
        given = answer.json()
        return given["case"], given["keys"]

    async def take(self, agency: str, path: str, case: str, officer: str) -> None:
        """Take a case that nobody has, on the page that asks for it. Raises RequestRefused."""
        way, who = f"/assignments/{path.partition('/')[0]}/{case}/take", {"cookie": f"{OFFICER_COOKIE}_{agency}={officer}"}
        answer = await self._asked("POST", agency, lambda: f"{self.at(agency, path)}{way}", headers=who)
        if answer.status_code != 303:
            raise RequestRefused(answer.status_code, "the case was not taken")

    async def house(self, agency: str, officer: str, address: str, directions: str) -> None:
        """Write down a confidential agency's address, on its page: nothing of it is below `/api`. Raises RequestRefused."""
        told, who = {"address": address, "directions": directions}, {"cookie": f"{OFFICER_COOKIE}_{agency}={officer}"}
        answer = await self._asked("POST", agency, lambda: f"{self.url(agency)}/house", data=told, headers=who)
        if answer.status_code != 303:
            raise RequestRefused(answer.status_code, "the address of the house was not kept")

    async def meets_at(self, agency: str, officer: str, place: str, form: str) -> None:
        """Write a place to meet down on a shelter's list, on its page. Raises RequestRefused."""
        answer = await self._on_pages("POST", agency, "meeting-points", officer, data={"place": place, "form_id": form})
        if answer.status_code != 303:
            raise RequestRefused(answer.status_code, "the place to meet was not kept")

    async def point(self, agency: str, officer: str, place: str) -> str:
        """The id of a place on a shelter's list. Raises RequestRefused where it is not there."""
        page = await self.page(agency, "meeting-points", officer)
        found = re.search(rf"{re.escape(place)}.*?name=\"point\" value=\"([0-9a-f]+)\"", page, re.DOTALL)
        if found is None:
            raise RequestRefused(404, "the place to meet is not on the list")
        return found.group(1)

    async def page(self, agency: str, path: str, officer: str) -> str:
        """A page as an officer sees it. Raises RequestRefused."""
        answer = await self._on_pages("GET", agency, path, officer)
        if answer.status_code != 200:
            raise RequestRefused(answer.status_code, f"the page {path.rpartition('/')[2]} was not shown")
        return answer.text

    async def send_file(self, agency: str, path: str, answers: dict[str, str], file: tuple[str, bytes], officer: str) -> None:
        """Send a form with a file. Raises RequestRefused."""
        answer = await self._on_pages("POST", agency, path, officer, data=answers, files={"file": file})
        if answer.status_code != 303:
            said = re.search(r'id="file-error">(.*?)</p>', answer.text, re.DOTALL)
            why = re.sub(r"<[^>]*>|\s+", " ", said.group(1)) if said else "its page says why"
            raise RequestRefused(answer.status_code, f"{file[0]} was not taken: {why}")

    async def content(self, agency: str, path: str, name: str, officer: str) -> bytes:
        """A document of a case by its name, once all of it has come. Raises NothingCame."""

        async def look() -> bytes | None:
            link = re.search(rf'href="/({re.escape(path)}/[0-9a-f]+)"[^>]*>[^<]*{re.escape(name)}', await self.page(agency, path, officer))
            found = await self._on_pages("GET", agency, f"{link.group(1)}/content", officer) if link else None
            return found.content if found is not None and found.status_code == 200 else None

        return await self._patiently(
            look,
            lambda: NothingCame(
                "%(agency)s was not shown %(name)s within %(patience)s s.", agency=agency, name=name, patience=f"{self.patience:.0f}"
            ),
        )

    async def _on_pages(self, method: str, agency: str, path: str, officer: str, **form: Any) -> httpx2.Response:
        who = {"cookie": f"{OFFICER_COOKIE}_{agency}={officer}"}
        return await self._asked(method, agency, lambda: f"{self.url(agency)}/{path}", headers=who, **form)

    async def look(self, agency: str, service: str, case: str) -> Seen | None:
        """A case as an instance shows it; None where it has none."""
        answer = await self._call("GET", agency, f"{service}/cases/{case}")
        if answer.status_code == 404:
            return None
        if answer.status_code >= 400:
            raise RequestRefused(answer.status_code, answer.text[:300])
        found = answer.json()
        return Seen(found["case"], found["waiting_for_the_bus"])

    async def question(self, agency: str, service: str, case: str) -> str:
        """The question between agencies that this one must answer in a case; waited for. Raises NothingCame."""

        async def look() -> str | None:
            found = (await self._call("GET", agency, f"{service}/cases/{case}/messages")).json()
            return next((one["id"] for one in found if one["awaits"] == agency and one["answered_by"] is None), None)

        return await self._patiently(
            look,
            lambda: NothingCame(
                "%(instance)s was asked nothing within %(patience)s s.", instance=f"{service}.{agency}", patience=f"{self.patience:.0f}"
            ),
        )

    async def until(self, agency: str, service: str, case: str, true: Callable[[Seen], bool], what: str) -> Seen:
        """The case as soon as this is true of it. Raises NothingCame."""

        async def look() -> Seen | None:
            seen = await self.look(agency, service, case)
            return seen if seen is not None and true(seen) else None

        return await self._patiently(
            look,
            lambda: NothingCame(
                "%(instance)s did not show %(what)s within %(patience)s s.",
                instance=f"{service}.{agency}", what=what, patience=f"{self.patience:.0f}",
            ),
        )  # fmt: skip

    async def _patiently(self, ask: Callable[[], Awaitable[T | None]], silent: Callable[[], NothingCame]) -> T:
        return await poll_until_async(ask, self.patience, FIRST_PAUSE, silent, LONGEST_PAUSE)

    async def of_any(self, agency: str, fits: Callable[[dict[str, Any]], T | None]) -> tuple[str, T] | None:
        """Any case of an agency's assistance of which this finds something, and what; waited for. None where none comes."""

        async def look() -> tuple[str, T] | None:
            for case in (await self._call("GET", agency, "assistance/cases")).json():
                seen = await self.look(agency, "assistance", case)
                found = fits(seen.case) if seen else None
                if found is not None:
                    return case, found
            return None

        try:
            return await self._patiently(look, lambda: NothingCame("Nothing came."))
        except NothingCame:
            return None

    async def health(self, agency: str) -> dict[str, Any] | None:
        """How an agency's instances are; None while it is away."""
        try:
            answer = await self.client.get(f"{self.url(agency)}/health")
        except httpx2.HTTPError:
            return None
        return answer.json()

    async def quiet(self, agencies: list[str], bus: Bus, *, flushed: bool = False) -> None:
        """Wait until nobody has anything left for the bus and all have read to its end; `flushed`: nor waits for a batch. Raises
        NothingCame."""
        left: list[str] = []

        async def at_rest() -> bool:
            left[:] = await self.unrest(agencies, bus, flushed=flushed)
            return not left

        def silent() -> NothingCame:
            return NothingCame(
                "not everybody had come to rest within %(patience)s s: %(left)s.", patience=f"{self.patience:.0f}", left="; ".join(left)
            )

        await poll_until_async(at_rest, self.patience, REST_PAUSE, silent)

    async def unrest(self, agencies: Iterable[str], bus: Bus, *, flushed: bool = False) -> list[str]:
        """What is left to do for anybody, in words."""
        healths = {agency: await self.health(agency) for agency in agencies}
        try:  # after them: what is sent meanwhile lies beyond what they have read
            end = await asyncio.to_thread(ends, bus)
        except KafkaException as error:
            return [f"the brokers do not answer: {error}"]
        return [said for agency, health in healths.items() for said in unrest(agency, health, end, flushed=flushed)]
