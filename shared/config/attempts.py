"""What may fail for a while, or is not so yet, is tried again: by tenacity, which knows the waits, the ends and what is raised then."""

from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, Retrying, retry_if_not_result, stop_after_delay, wait_exponential

T = TypeVar("T")


def endlessly(first: float, most: float, failed: Callable[[str], object]) -> AsyncRetrying:
    """Tries again for ever, `first` seconds after an error, twice as long each time, `most` at the most. A cancellation is no error.

    `failed` hears the name of each error, before the wait; never its text, which may quote what it was about.
    """

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        failed(type(error).__name__)

    return AsyncRetrying(wait=wait_exponential(multiplier=first, max=most), before_sleep=tell)


def poll_until(true: Callable[[], T | None], seconds: float, pause: float, late: Callable[[], Exception]) -> T:
    """What `true` gives as soon as that is something; asked at least once, `pause` seconds between.

    Raises what `late` makes where it is nothing for so many seconds, and what `true` raises at once.
    """
    found: Any = Retrying(**_patience(seconds, pause, pause, late))(true)
    return found


async def poll_until_async(
    true: Callable[[], Awaitable[T | None]], seconds: float, pause: float, late: Callable[[], Exception], most: float = 0
) -> T:
    """The same in a loop of asyncio; the pause grows to `most` seconds where that is given."""
    found: T = await AsyncRetrying(**_patience(seconds, pause, max(pause, most), late))(true)
    return found


def last_answer(state: RetryCallState) -> Any:
    """For tenacity's `retry_error_callback`: what was found the last time, wished for or not."""
    return state.outcome.result() if state.outcome else None


def _patience(seconds: float, pause: float, most: float, late: Callable[[], Exception]) -> dict[str, Any]:
    def give_up(_: RetryCallState) -> None:
        raise late()

    return {
        "retry": retry_if_not_result(bool), "stop": stop_after_delay(seconds), "wait": wait_exponential(multiplier=pause, max=most),
        "retry_error_callback": give_up,
    }  # fmt: skip
