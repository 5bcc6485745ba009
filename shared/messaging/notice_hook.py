"""Notices by one webhook: a signed POST to a gateway of text messages, as Standard Webhooks has it (https://www.standardwebhooks.com).

    webhook-id         the message; the same however often it is tried
    webhook-timestamp  seconds since 1970, UTC
    webhook-signature  v1, and base64 of HMAC-SHA256 over ID.TIMESTAMP.BODY under the secret
    {"type": "notice", "timestamp": "2026-11-29T08:00:00Z", "data": {"to": "+381601234567", "text": "…", "language": "sr-Latn"}}

`type` is notice or code. 2xx takes it, 422 says that nobody can be told at this number, anything else is tried again.
"""

import asyncio
import base64
import hashlib
import hmac
import ssl
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import orjson

from shared.config.clock import wall
from shared.config.notice_ways import Webhook
from shared.messaging.notice_mail import NoticeOutcome, NoticeWords

GATEWAY_ANSWERED_WITHIN = 10.0
"""Seconds that the gateway has for all of it, from its name to its answer."""
NOBODY_THERE = 422


async def post(hook: Webhook, id: str, kind: str, to: str, words: NoticeWords, patience: float = GATEWAY_ANSWERED_WITHIN) -> NoticeOutcome:
    """Give a notice to the webhook, signed; what became of it."""
    at = wall() // 1000
    said = {"to": to, "text": "\n".join(words.lines), "language": words.language}
    when = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    body = orjson.dumps({"type": kind, "timestamp": when, "data": said})
    headers = {
        "content-type": "application/json", "webhook-id": id, "webhook-timestamp": str(at),
        "webhook-signature": signature(hook.secret, id, at, body),
    }  # fmt: skip
    try:
        async with asyncio.timeout(patience):
            status = await _answered(hook, body, headers)
    except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError):
        return NoticeOutcome.LATER
    if status == NOBODY_THERE:
        return NoticeOutcome.REFUSED
    return NoticeOutcome.TAKEN if 200 <= status < 300 else NoticeOutcome.LATER


async def _answered(hook: Webhook, body: bytes, headers: dict[str, str]) -> int:
    """The status alone: what else the gateway says is not read, however much it is. Past any proxy that the environment names."""
    trusted = await asyncio.to_thread(_trusted, hook.authority)
    async with (
        httpx2.AsyncClient(timeout=None, trust_env=False, verify=trusted, follow_redirects=False) as client,
        client.stream("POST", hook.address, content=body, headers=headers) as answer,
    ):
        return answer.status_code


def _trusted(authority: Path | None) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(authority)) if authority else httpx2.create_ssl_context(trust_env=False)


def signature(secret: bytes, id: str, at: int, body: bytes) -> str:
    """By which the gateway knows that we wrote it."""
    proof = hmac.new(secret, b".".join((id.encode(), str(at).encode(), body)), hashlib.sha256).digest()
    return f"v1,{base64.b64encode(proof).decode()}"
