"""`python -m deploy.process.preloaded DESCRIPTOR`: imports once all that an agency's process imports, then forks whom its owner orders.

It has one thread, no connection, and nothing of anybody's: what a program is (command line, environment, folder, where it writes) comes
with the order, and its own module, which may look at these at once, is imported by itself. Guard and program stand as if they had been
started anew: the program is a child of its guard, which becomes one of whoever ordered it.
"""

import gc
import os
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from setproctitle import setproctitle

from deploy.brokers import guard
from deploy.process.composition import ORDER, pages_of, service
from deploy.process.forked import ForkedChild, received
from shared.config.garbage import look_seldom

ALSO = (
    "deploy.process.serve", "deploy.process.page_server", "shared.web.admin.application", "shared.config.logging_setup",
    "uvicorn.protocols.http.auto", "uvicorn.loops.auto", "uvicorn.lifespan.on", "typer", "rich.console", "rich.panel",
)  # fmt: skip
"""What is imported late, beside the services."""


def main(descriptor: int, loading: Callable[[], None] | None = None) -> None:
    """Fork until the owner has closed its end of the line, once it has loaded (`load`, or what is handed in)."""
    setproctitle("nrm: agencies are forked from here")  # the first call finds the place, as long as the environment stands where it began
    look_seldom()
    (loading or load)()
    gc.freeze()  # looking for garbage would write on what all share
    with socket.socket(fileno=descriptor) as line:
        order, descriptors = _guards_order(line)
    if order:
        _guard(order, *descriptors)


def load() -> None:
    """Import it all, and bring an empty database of each service up to date, which reads each migration."""
    from shared.store.database import engine_for, migrate

    for name in ALSO:
        import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        for name in ORDER:
            pages_of(name)
            engine = engine_for(f"sqlite:///{Path(folder) / name}.db")
            migrate(engine, service(name).migrations)
            engine.dispose()


def _guards_order(line: socket.socket) -> tuple[dict[str, Any], list[int]]:
    """In a guard, which is forked here: what it is to start. In this process nothing, once nobody orders any more."""
    while order := received(line):
        read, write = os.pipe()
        if (between := os.fork()) == 0:
            between = os.getpid()
            if pid := os.fork():
                os.write(write, str(pid).encode())
                os._exit(0)
            os.close(read)
            os.close(write)
            while os.getppid() == between:  # until it is gone, and we are the owner's
                time.sleep(0.001)
            return order
        os.close(write)
        os.waitpid(between, 0)  # the guard is the owner's child now, who has asked for that
        line.send(os.read(read, 20))
        for descriptor in (read, *order[1]):
            os.close(descriptor)
    return {}, []


def _guard(order: dict[str, Any], owner: int, output: int, *_held: int) -> None:
    """Start the program, and end as it does."""
    os.setsid()
    for number, descriptor in enumerate((owner, output, output)):
        os.dup2(descriptor, number)
    os.close(owner)
    os.close(output)
    os.chdir(order["folder"])
    guard.stand_ready()
    if (program := os.fork()) == 0:
        return _program(order["module"], order["words"], order["environment"])
    setproctitle(f"{sys.executable} -I {guard.__file__} {_title(order['module'], order['words'])}")
    try:
        code = guard.watch(ForkedChild(program))
    except SystemExit:  # it was told to end
        code = 0
    os._exit(code)  # what it has inherited ends with those whose it is


def _program(module: str, words: list[str], environment: dict[str, str]) -> None:
    guard.die_with_guard()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    tempfile.tempdir = None  # found once, by what was our environment
    sys.argv = [module, *words]
    setproctitle(_title(module, words))
    import_module(module).main()


def _title(module: str, words: list[str]) -> str:
    return " ".join((sys.executable, "-P", "-m", module, *words))


if __name__ == "__main__":
    main(int(sys.argv[1]))
