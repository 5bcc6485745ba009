"""The issuer, the only party asked over the network: where its addresses are, its keys, and a code for a token."""

import asyncio
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, cast
from urllib.parse import urlsplit

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from shared.access.tokens import Expected, LogoutToken, TokenRefused, algorithm, claims, ended

ISSUER_WITHIN = 5.0
"""Seconds for an answer."""
AGAIN = 60_000
"""ms between attempts to fetch keys, even for one that is not among them: an issuer that changes its keys is followed, a liar is not."""
KEPT = 3_600_000
"""ms that what the issuer says of itself is believed."""
LARGEST = 256 * 1024


class IssuerUnavailable(Exception):
    """The issuer cannot be asked now, or what it says of itself does not fit."""


def fit(address: str) -> bool:
    """Whether an address may be asked: https, or this very machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (
        parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1"))
    )


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the issuer gives for a code, or for a refresh token."""

    id_token: str
    """Who is signed in; empty where it gives none."""
    refresh: str
    """What the session is looked at again with; empty where there is nothing."""


class Issuer:
    """One OpenID provider."""

    def __init__(self, issuer: str, client: str, secret: str, now: Callable[[], int]) -> None:
        self.issuer, self.client, self.secret, self.now = issuer, client, secret, now
        self.told: dict[str, Any] = {}
        self.keys: KeySet | None = None
        self.told_at = self.keyed_at = self.tried_at = 0
        self.lock = asyncio.Lock()

    async def sign_in(self, redirect: str, state: str, nonce: str, verifier: str, **wanted: str) -> str:
        """The address where a person signs in. `wanted` says how: `acr_values`, `max_age`, `prompt`. Raises IssuerUnavailable."""
        where = (await self._described())["authorization_endpoint"]
        with self._talker(redirect) as talker:
            address, _ = talker.create_authorization_url(where, state=state, nonce=nonce, code_verifier=verifier, **wanted)
        return str(address)

    async def token(self, redirect: str, code: str, verifier: str) -> Tokens:
        """The tokens for a code. Raises IssuerUnavailable, TokenRefused."""
        where = (await self._described())["token_endpoint"]
        with self._talker(redirect) as talker:
            try:
                answer: Any = await asyncio.to_thread(talker.fetch_token, where, code=code, code_verifier=verifier)
            except (httpx2.TransportError, httpx2.InvalidURL):
                raise IssuerUnavailable("token") from None
            except Exception:  # noqa: BLE001  the library's errors quote what the issuer said
                raise TokenRefused("code") from None
        told = answer.get("id_token")
        if not isinstance(told, str):
            raise TokenRefused("no id token")
        return Tokens(told, _word(answer, "refresh_token"))

    async def still(self, refresh: str) -> Tokens:
        """Whether somebody may still be signed in: their tokens as of now.

        Raises TokenRefused where the issuer says no; IssuerUnavailable where it says neither.
        """
        where = (await self._described())["token_endpoint"]
        with self._talker("") as talker:
            try:
                answer: Any = await asyncio.to_thread(talker.refresh_token, where, refresh_token=refresh)
            except Exception as error:  # noqa: BLE001  the library's errors quote what the issuer said
                if getattr(error, "error", "") == "invalid_grant":
                    raise TokenRefused("ended") from None
                raise IssuerUnavailable("token") from None
        return Tokens(_word(answer, "id_token"), _word(answer, "refresh_token") or refresh)

    async def checked(self, token: str, expected: Expected, nonce: str | None = None) -> dict[str, Any]:
        """The claims of a token of this issuer. Raises IssuerUnavailable, TokenRefused."""
        _, _, key = algorithm(token).partition(" ")
        return claims(token, await self._keys(key), expected, nonce)

    async def ended(self, token: str, expected: Expected) -> LogoutToken:
        """What a logout token of this issuer says. Raises IssuerUnavailable, TokenRefused."""
        _, _, key = algorithm(token).partition(" ")
        return ended(token, await self._keys(key), expected)

    def ends_at(self) -> str:
        """Where a person can sign out of the issuer too; empty where it has no such page."""
        address = self.told.get("end_session_endpoint", "")
        return address if isinstance(address, str) and fit(address) else ""

    async def _described(self) -> dict[str, Any]:
        async with self.lock:
            if not self.told or self.now() - self.told_at > KEPT:
                try:
                    self.told, self.told_at = await self._description(), self.now()
                except IssuerUnavailable:
                    if not self.told:
                        raise
                    self.told_at = self.now() - KEPT + AGAIN  # what it said last holds until it answers
            return self.told

    async def _description(self) -> dict[str, Any]:
        told = await self._fetch(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if told.get("issuer") != self.issuer:
            raise IssuerUnavailable("another issuer")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            self._must_be_its_own(told.get(name))
        return told

    def _must_be_its_own(self, address: Any) -> None:
        """The process follows nobody to another host, whatever the issuer's description says."""
        if not isinstance(address, str) or not fit(address) or urlsplit(address).netloc != urlsplit(self.issuer).netloc:
            raise IssuerUnavailable("address")

    async def _keys(self, key: str) -> KeySet:
        told = await self._described()
        async with self.lock:
            unknown = self.keys is not None and key and all(key != one.kid for one in self.keys.keys)
            now = self.now()
            stale = unknown or now - self.keyed_at > KEPT
            if self.keys is None or (stale and now - self.tried_at > AGAIN):
                self.tried_at = now
                try:
                    self.keys, self.keyed_at = await self._published(told["jwks_uri"]), now
                except IssuerUnavailable:
                    if self.keys is None:
                        raise
            return self.keys

    async def _published(self, address: str) -> KeySet:
        try:
            return KeySet.import_key_set(_public(await self._fetch(address)))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError):
            raise IssuerUnavailable("keys") from None

    async def _fetch(self, address: str) -> dict[str, Any]:
        try:
            async with httpx2.AsyncClient(timeout=ISSUER_WITHIN, trust_env=False, verify=_trusted()) as client:
                answer = await client.get(address, headers={"accept": "application/json"})
            told = answer.raise_for_status().json() if len(answer.content) <= LARGEST else None
        except (httpx2.HTTPError, httpx2.InvalidURL, ValueError):
            raise IssuerUnavailable("no answer") from None
        if not isinstance(told, dict):
            raise IssuerUnavailable("no answer")
        return cast(dict[str, Any], told)

    def _talker(self, redirect: str) -> Any:
        from authlib.integrations.httpx_client import OAuth2Client

        made: Any = OAuth2Client
        return made(
            self.client, self.secret or None, scope="openid profile", redirect_uri=redirect, code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self.secret else "none", timeout=ISSUER_WITHIN, trust_env=False,
            follow_redirects=False, verify=_trusted(),
        )  # fmt: skip


@cache
def _trusted() -> ssl.SSLContext:
    """The certificates of this machine: read once, since reading them took longer than all else of a sign-in here."""
    return httpx2.create_ssl_context(trust_env=False)


def _public(said: dict[str, Any]) -> Any:
    """Public keys for signatures only: a shared secret among them is never a key here."""
    listed: list[dict[str, Any]] = said["keys"]
    several = [key for key in listed if key.get("kty") in ("RSA", "EC", "OKP") and key.get("use", "sig") == "sig"]
    if not several:
        raise ValueError
    return {"keys": several}


def _word(answer: Any, name: str) -> str:
    told = answer.get(name)
    return told if isinstance(told, str) else ""


def drawn() -> str:
    """A nonce or a PKCE verifier: 256 bits."""
    return secrets.token_urlsafe(32)
