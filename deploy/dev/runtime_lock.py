"""What of requirements.lock a container needs: the project's own dependencies and theirs, without the tools of its developers.

Reads the lock from standard input and writes what is left; knows nothing but the lock, so that it runs before anything is installed.
"""

import re
import sys

ROOTS = {"nrm-joint-action (pyproject.toml)", "nrm-joint-action (pyproject.toml:figures)"}
"""How the lock names the project itself, and what releases of figures need; groups of tools have other names behind the file's."""
PIN = re.compile(r"^([a-z0-9._-]+)==([^\s;\\]+)", re.MULTILINE)
HEAD = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.MULTILINE)


def pinned(lock: str) -> dict[str, str]:
    """Package → release, of all that a lock pins."""
    return dict(PIN.findall(lock))


def blocks(lock: str) -> dict[str, str]:
    """Package → its lines: version, hashes, and through whom it came."""
    starts = [match.start() for match in HEAD.finditer(lock)] + [len(lock)]
    parts = [lock[a:b] for a, b in zip(starts, starts[1:], strict=False)]
    return {part.partition("==")[0]: part for part in parts}


def through(block: str) -> set[str]:
    """Through whom a package came."""
    comments = [line.strip().lstrip("# ") for line in block.splitlines() if line.strip().startswith("#")]
    return {word.removeprefix("via").strip() for word in comments} - {""}


def runtime(lock: str) -> str:
    """The lock without what only tools need. A package stays where the project, or one that stays, brought it."""
    found, kept, before = blocks(lock), set(ROOTS), set[str]()
    while kept != before:
        before = set(kept)
        kept |= {name for name, block in found.items() if through(block) & kept}
    return "".join(block for name, block in found.items() if name in kept)


if __name__ == "__main__":
    sys.stdout.write(runtime(sys.stdin.read()))
