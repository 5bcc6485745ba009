"""Logs: one JSON line each, with trace ids, never with anything about a person."""

import io
import logging
import sys
from contextlib import suppress
from typing import Any

import orjson
import structlog
from opentelemetry import trace

QUIET = ("aiokafka", "faststream", "uvicorn.error", "alembic", "asyncio")
"""Libraries whose own lines may quote records or addresses: warnings only, and only their kind."""


class _Lenient(io.TextIOBase):
    """Standard error. A line that a full disk does not take is lost, and does not end whoever had something to say."""

    def write(self, text: str, /) -> int:
        with suppress(OSError):
            return sys.stderr.write(text)
        return 0

    def flush(self) -> None:
        with suppress(OSError):
            sys.stderr.flush()


def configure(agency: str, *, for_good: bool = True) -> None:
    """One JSON line for each event, on standard error. `for_good`: loggers keep this way from their first word on, which is faster."""
    processors: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _traced,
        _named(agency),
        structlog.processors.JSONRenderer(serializer=_as_json),
    ]
    output: Any = _Lenient()
    structlog.configure(processors=processors, logger_factory=structlog.PrintLoggerFactory(output), cache_logger_on_first_use=for_good)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _as_json(line: Any, **_: Any) -> str:
    return orjson.dumps(line, default=str).decode()


def _traced(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
    """The trace and span that are current, where there are."""
    context = trace.get_current_span().get_span_context()
    return {**line, "trace_id": f"{context.trace_id:032x}", "span_id": f"{context.span_id:016x}"} if context.is_valid else line


def _named(agency: str) -> Any:
    def add(_logger: Any, _method: str, line: dict[str, Any]) -> dict[str, Any]:
        return {"agency": agency, **line}

    return add
