"""What may fail for a while and must not be given up is tried again, by tenacity."""

from collections.abc import Callable

from tenacity import AsyncRetrying, RetryCallState, wait_exponential


def endlessly(first: float, most: float, failed: Callable[[str], object]) -> AsyncRetrying:
    """Tries again for ever, `first` seconds after an error, twice as long each time, `most` at the most. A cancellation is no error.

    `failed` hears the name of each error, before the wait; never its text, which may quote what it was about.
    """

    def tell(state: RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        failed(type(error).__name__)

    return AsyncRetrying(wait=wait_exponential(multiplier=first, max=most), before_sleep=tell)
