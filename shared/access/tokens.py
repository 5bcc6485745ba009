"""What an issuer signed, checked: signature by an algorithm of the list, issuer, audience, times, and for an ID token the nonce.

A reason for refusing is one of our own words; nothing of a token is ever quoted.
"""

import hmac
import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, cast

from joserfc import jws, jwt
from joserfc.errors import ClaimError, JoseError
from joserfc.jwk import KeySet
from joserfc.jwt import ClaimsOption, JWTClaimsRegistry

from shared.access.actor import Actor
from shared.access.roles import Role, roles_in

ALGORITHMS = ("RS256", "ES256", "EdDSA", "Ed25519")
"""Of signatures; no other is ever tried, least of all none or one with a shared secret."""
LEEWAY = 30
"""Seconds by which clocks may differ."""
LONGEST_TOKEN = 16_384
"""Characters of a token."""
ENDED = "http://schemas.openid.net/event/backchannel-logout"
"""The event that makes a token a logout token."""
THERE: ClaimsOption = {"essential": True}
"""A claim that no token may lack."""
NAMES = {"iss": "issuer", "aud": "audience", "sub": "subject"}
"""Claims that a refusal calls otherwise."""
SUBJECT = re.compile(r"[\x21-\x7e]{1,255}")


class TokenRefused(Exception):
    """Not accepted, for a reason that may be written down."""


@dataclass(frozen=True)
class Expected:
    """Who must have issued a token, and for whom."""

    issuer: str
    audience: str
    now: Callable[[], int]
    """ms UTC"""


def algorithm(token: str) -> str:
    """By what a token says that it is signed, and with which key: `RS256 key-1`. Raises TokenRefused."""
    if len(token) > LONGEST_TOKEN or token.count(".") != 2:
        raise TokenRefused("not a signed token")
    try:
        header = jws.extract_compact(token.encode()).headers()
    except (JoseError, ValueError, TypeError, KeyError):
        raise TokenRefused("not a signed token") from None
    if header.get("alg") not in ALGORITHMS:
        raise TokenRefused("algorithm")
    return f"{header['alg']} {header.get('kid', '')}"


def claims(token: str, keys: KeySet, expected: Expected, nonce: str | None = None) -> dict[str, Any]:
    """The claims of a token that is what it must be. Raises TokenRefused."""
    said = _trusted(token, keys, expected)
    if nonce is not None and not _same(said.get("nonce"), nonce):
        raise TokenRefused("nonce")
    if not isinstance(said.get("sub"), str) or not SUBJECT.fullmatch(said["sub"]):
        raise TokenRefused("subject")
    return said


@dataclass(frozen=True, slots=True)
class LogoutToken:
    """Which sessions have ended at the issuer."""

    subject: str
    """Whose; empty where a session is named."""
    session: str
    """Which; empty where all of somebody's have ended."""
    until: int
    """Those that began until then (ms UTC)."""


def ended(token: str, keys: KeySet, expected: Expected) -> LogoutToken:
    """What a logout token (OpenID Connect Back-Channel Logout 1.0) says. Raises TokenRefused."""
    said = _trusted(token, keys, expected)
    events: Any = said.get("events")
    sub, sid = said.get("sub", ""), said.get("sid", "")
    if not isinstance(events, dict) or ENDED not in events or "nonce" in said:
        raise TokenRefused("not a logout token")
    if not isinstance(sub, str) or not isinstance(sid, str) or not (sub or sid):
        raise TokenRefused("subject")
    return LogoutToken(sub, sid, (int(said["iat"]) + LEEWAY) * 1000)


def proved(said: dict[str, Any], strengths: Collection[str], within: int, now: int) -> int:
    """When the person proved at the issuer who they are (ms; 0 where it does not say). Raises TokenRefused where that does not suffice.

    `strengths`: values of `acr` of which one must be there; none: any will do. `within`: seconds since then; 0: any time will do.
    """
    at: Any = said.get("auth_time", 0)
    if strengths and said.get("acr") not in strengths:
        raise TokenRefused("acr")
    if isinstance(at, bool) or not isinstance(at, (int, float)) or not 0 <= at < 2**53:
        raise TokenRefused("auth_time")
    if within and at + within + LEEWAY < now // 1000:
        raise TokenRefused("auth_time")
    return int(at) * 1000


def _trusted(token: str, keys: KeySet, expected: Expected) -> dict[str, Any]:
    """The claims of a token of this issuer that was made for us and is in time. Raises TokenRefused."""
    algorithm(token)
    try:
        said = jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims
    except (JoseError, ValueError, TypeError, KeyError):
        raise TokenRefused("signature") from None
    issuer, audience = THERE | {"value": expected.issuer}, THERE | {"value": expected.audience}
    rules = JWTClaimsRegistry(expected.now() // 1000, LEEWAY, exp=THERE, iat=THERE, iss=issuer, aud=audience)
    try:
        rules.validate(said)
    except ClaimError as error:
        name = error.claim.partition(",")[0]
        early = name in ("iat", "nbf") and isinstance(said.get(name), (int, float))
        raise TokenRefused("not yet" if early else NAMES.get(name, name)) from None
    named: Any = said["aud"]
    if named not in (expected.audience, [expected.audience]) and said.get("azp", expected.audience) != expected.audience:
        raise TokenRefused("audience")  # among several it must say that it was made for us
    return said


def _same(said: Any, nonce: str) -> bool:
    return isinstance(said, str) and hmac.compare_digest(said.encode(), nonce.encode())


def roles_of(said: dict[str, Any], claim: str) -> frozenset[Role]:
    """The roles that a claim names; `realm_access.roles` is a claim within a claim."""
    found: Any = said
    for part in (claim,) if claim in said else tuple(claim.split(".")):
        found = cast(dict[str, Any], found).get(part) if isinstance(found, dict) else None
    return roles_in(found)


def actor_of(said: dict[str, Any], claim: str) -> Actor:
    """Whom these claims describe. A name is for display: it is cut, and the id stands where there is none."""
    name = next((said[n] for n in ("name", "preferred_username") if isinstance(said.get(n), str) and said[n].strip()), said["sub"])
    return Actor(said["sub"], " ".join(name.split())[:80], roles_of(said, claim))
