"""Production's way to sign in: the agency's own OpenID provider, authorization code with PKCE, sessions kept here."""

import hmac
from dataclasses import replace

import structlog
from fastapi import HTTPException, Request
from fastapi.responses import Response

from shared.runtime.rights.actor import Actor
from shared.runtime.rights.issuer import Away, Issuer, drawn
from shared.runtime.rights.local import local
from shared.runtime.rights.mandates import Mandates
from shared.runtime.rights.sessions import Sessions, UnderWay
from shared.runtime.rights.tokens import Expected, Refused, actor_of
from shared.runtime.settings import Settings
from shared.runtime.timing import wall

log = structlog.get_logger("nrm.signin")
BACK_AT = "/signin/back"


class SignedIn:
    """Who asks is in a session, or shows an access token of the issuer for this interface."""

    demo = False

    def __init__(self, settings: Settings, mandates: Mandates, service: str) -> None:
        """`service` names the process's cookies: each process of an agency has its own sessions."""
        self.mandates = mandates
        self.now = wall
        self.sessions = Sessions(lambda: self.now(), settings.session_idle, settings.session_longest)
        self.issuer = Issuer(
            settings.oidc_issuer, settings.oidc_client, settings.oidc_secret.get_secret_value(), lambda: self.now()
        )  # fmt: skip
        self.claim, self.audience = settings.oidc_roles, settings.oidc_audience
        self.address = settings.address.rstrip("/")
        self.tls = self.address.startswith("https:")
        hosted = "__Host-" if self.tls else ""
        self.cookie, self.browser = (f"{hosted}nrm-{kind}-{settings.agency}-{service}" for kind in ("session", "signin"))

    # --- who asks -----------------------------------------------------------------------------------------------------------------

    def present(self, request: Request) -> Actor | None:
        """Whose session the cookie names, with the roles that the agency gave since."""
        actor = self.sessions.actor(request.cookies.get(self.cookie, ""))
        return self._with_own(actor) if actor else None

    async def known(self, request: Request) -> Actor | None:
        """The same, or whom a bearer token names. A token that is refused is nobody's, and no session stands in for it."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if not token:
            return self.present(request)
        if kind.lower() != "bearer" or not self.audience:
            return None
        try:
            return self._with_own(actor_of(await self.issuer.checked(token.strip(), self._expected(self.audience)), self.claim))
        except Refused as refused:
            log.warning("a bearer token was refused", why=str(refused))
        except Away as away:
            log.warning("the issuer was not reached", why=str(away))
            raise HTTPException(503) from None
        return None

    def _with_own(self, actor: Actor) -> Actor:
        return replace(actor, roles=actor.roles | self.mandates.of(actor.id))

    def _expected(self, audience: str) -> Expected:
        return Expected(self.issuer.issuer, audience, self.now)

    def sign_in_at(self, here: str) -> str:
        """Our own address, which sends on to the issuer."""
        return f"/signin?next={here}"

    def seen(self) -> dict[str, str]:
        """Who is signed in now."""
        return self.sessions.names()

    # --- coming and going ---------------------------------------------------------------------------------------------------------

    async def leave(self, after: str) -> tuple[str, str]:
        """Where to send somebody who signs in, and the id that their browser must bring back. Raises Away."""
        nonce, verifier, browser = drawn(), drawn(), drawn()
        state = self.sessions.send(UnderWay(nonce, verifier, browser, local(after)))
        return await self.issuer.sign_in(self.address + BACK_AT, state, nonce, verifier), browser

    async def come_back(self, request: Request, state: str, code: str, issuer: str) -> tuple[str, str, str]:
        """A new session's id, who it is, and where they were. Raises Refused, Away."""
        coming = self.sessions.back(state)
        if coming is None:
            raise Refused("state")
        if not hmac.compare_digest(request.cookies.get(self.browser, "").encode(), coming.browser.encode()):
            raise Refused("browser")
        if not code:
            raise Refused("code")
        if issuer and issuer != self.issuer.issuer:
            raise Refused("issuer")
        token = await self.issuer.token(self.address + BACK_AT, code, coming.verifier)
        said = await self.issuer.checked(token, self._expected(self.issuer.client), coming.nonce)
        self.sessions.end(request.cookies.get(self.cookie, ""))
        actor = actor_of(said, self.claim)
        return self.sessions.begin(actor), actor.id, coming.after

    def set(self, answer: Response, name: str, value: str, seconds: int | None = None) -> None:
        """A cookie that no script reads and no other host gets. Lax: the issuer's redirect is a navigation from elsewhere."""
        answer.set_cookie(name, value, max_age=seconds, path="/", secure=self.tls, httponly=True, samesite="lax")
