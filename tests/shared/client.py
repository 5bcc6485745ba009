"""A client of an application's pages that asks in one loop, as a server has one.

Starlette's starts a thread with a loop of its own for each request and ends it, and crosses between the threads ten times on the way:
both cost more than many an answer. Ours crosses once.
"""

import asyncio
import atexit
from collections.abc import Callable, MutableMapping
from functools import cache
from typing import Any
from urllib.parse import unquote

import httpx2
from anyio.from_thread import BlockingPortal, start_blocking_portal
from fastapi.testclient import TestClient

Message = MutableMapping[str, Any]


class PageLoop:
    """The loop of all clients of this process. As in a loop of its own, what a request leaves running ends with it: no task of one test
    is at work in another."""

    def __init__(self, portal: BlockingPortal) -> None:
        self.portal, self.requests = portal, 0
        self.own = portal.call(self._others)

    def ask(self, asking: "Asking") -> None:
        """Have it answered; more than one may be on its way, from several threads."""
        self.portal.call(self._ask, asking)

    async def _ask(self, asking: "Asking") -> None:
        self.requests += 1
        try:
            await asking.run()
        finally:
            self.requests -= 1
            if not self.requests:
                await self._end()

    async def _others(self) -> set["asyncio.Task[object]"]:
        return asyncio.all_tasks() - {asyncio.current_task()}

    async def _end(self) -> None:
        left = await self._others() - self.own
        for task in left:
            task.cancel()
        if left:
            await asyncio.wait(left)


@cache
def _loop() -> PageLoop:
    """Started with the first request of a process."""
    starting = start_blocking_portal()
    atexit.register(starting.__exit__, None, None, None)
    return PageLoop(starting.__enter__())


class Asking:
    """One request on its way through an application, and what it answered."""

    def __init__(self, app: Any, scope: Message, body: bytes) -> None:
        self.app, self.scope, self.body = app, scope, body
        self.start: Message | None = None
        self.pieces: list[bytes] = []

    async def run(self) -> None:
        """To the end of the application's work, which may go on behind the answer."""
        self.asked, self.complete = False, asyncio.Event()
        await self.app(self.scope, self._receive, self._send)

    async def _receive(self) -> Message:
        if self.asked:
            await self.complete.wait()
            return {"type": "http.disconnect"}
        self.asked = True
        return {"type": "http.request", "body": self.body}

    async def _send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            assert self.start is None, "an answer begins once"
            self.start = message
        elif message["type"] == "http.response.body":
            assert self.start is not None, "an answer begins with its status"
            assert not self.complete.is_set(), "and ends once"
            self.pieces.append(bytes(message.get("body", b"")))
            if not message.get("more_body", False):
                self.complete.set()

    def answer(self, request: httpx2.Request) -> httpx2.Response:
        """What the client gets."""
        assert self.start is not None, "the application did not answer"
        content = b"" if request.method == "HEAD" else b"".join(self.pieces)
        stream = httpx2.ByteStream(content)  # whose length is told by the application alone
        return httpx2.Response(self.start["status"], headers=self.start.get("headers", []), stream=stream, request=request)


class _Crossing(httpx2.BaseTransport):
    """From a client's thread to the loop and back."""

    def __init__(self, app: Any, portal: Callable[[], BlockingPortal | None], client: tuple[str, int]) -> None:
        self.app, self.portal, self.client = app, portal, client

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        asking = Asking(self.app, self._scope(request), request.read())
        portal = self.portal()
        if portal is None:
            _loop().ask(asking)
        else:
            portal.call(asking.run)
        return asking.answer(request)

    def _scope(self, request: httpx2.Request) -> Message:
        url = request.url
        return {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": request.method, "scheme": url.scheme,
            "path": unquote(url.path), "raw_path": url.raw_path.split(b"?", 1)[0], "root_path": "", "query_string": url.query,
            "headers": [(name.lower(), value) for name, value in request.headers.raw], "client": self.client,
            "server": [url.host, url.port or (443 if url.scheme == "https" else 80)], "state": {},
        }  # fmt: skip


class PageClient(TestClient):
    """Asks as starlette's does, and raises what the application raises."""

    def __init__(self, app: Any, **more: Any) -> None:
        super().__init__(app, **more)
        self._transport = _Crossing(app, lambda: self.portal, ("testclient", 50000))  # where its lifespan runs, while it runs
