"""Trying again: for ever, until it is so, and until it is too late."""

import asyncio

import pytest

from shared.config.attempts import endlessly, poll_until, poll_until_async


class Late(Exception):
    pass


async def test_what_fails_is_tried_until_it_does_not_and_each_failure_is_named() -> None:
    errors, heard = [OSError("secret"), KeyError("secret")], list[str]()

    async def take() -> str:
        if errors:
            raise errors.pop(0)
        return "taken"

    assert await endlessly(0.001, 0.002, heard.append)(take) == "taken"
    assert heard == ["OSError", "KeyError"]


async def test_whoever_tries_for_ever_can_be_stopped() -> None:
    failed = asyncio.Event()

    async def take() -> None:
        raise OSError

    task = asyncio.create_task(endlessly(60, 60, lambda _: failed.set())(take))
    await failed.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


def test_what_is_not_so_is_asked_for_again_and_what_was_found_is_given() -> None:
    answers = [0, 0, 7]
    assert poll_until(lambda: answers.pop(0), 60, 0.001, Late) == 7


async def test_it_is_asked_at_least_once_and_then_it_is_too_late() -> None:
    asked = list[int]()

    async def never() -> None:
        asked.append(1)

    with pytest.raises(Late):
        await poll_until_async(never, 0, 0.001, Late)
    assert asked == [1]


def test_an_error_while_asking_is_not_waited_out() -> None:
    def broken() -> bool:
        raise EOFError

    with pytest.raises(EOFError):
        poll_until(broken, 60, 0.001, Late)
