"""Production's way to sign in: the agency's own OpenID provider, authorization code with PKCE, sessions kept here."""

import hmac
from dataclasses import dataclass, replace

import structlog
from fastapi import HTTPException, Request
from fastapi.responses import Response

from shared.access.actor import Actor
from shared.access.granted_roles import Mandates
from shared.access.issuer import Issuer, IssuerUnavailable, drawn
from shared.access.local_redirect import local
from shared.access.rate_limit import RateLimit
from shared.access.roles import Role
from shared.access.sessions import MINUTE, Sessions, Sitting, UnderWay
from shared.access.tokens import LEEWAY, Expected, TokenRefused, actor_of, proved
from shared.config.clock import wall
from shared.config.settings import Settings

log = structlog.get_logger("nrm.signin")
SIGN_IN_AT, LEAVE_AT, BACK_AT, ENDED_AT = "/signin", "/signin/go", "/signin/back", "/signin/ended"
"""Where one is asked to sign in, is sent to the issuer, comes back, and where the issuer itself says that a session has ended."""
FRESH = 5
"""Minutes for which somebody has just proved who they are: enough to end sessions elsewhere."""


@dataclass(frozen=True, slots=True)
class SignInBegun:
    """Somebody who signs in, on the way to the issuer."""

    address: str
    """Where their browser is sent."""
    browser: str
    """The id that it must bring back."""


@dataclass(frozen=True, slots=True)
class SignInDone:
    """Somebody who has signed in."""

    session: str
    """The new session's id."""
    officer: str
    after: str
    """Where they were going."""


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
        self.strengths, self.oldest = settings.oidc_acr, settings.oidc_max_age
        self.look_again = settings.session_checked * MINUTE
        self.rate_limit = RateLimit(lambda: self.now())
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
            return self.present(request) if await self._still(request) else None
        if kind.lower() != "bearer" or not self.audience:
            return None
        try:
            return self._with_own(actor_of(await self.issuer.checked(token.strip(), self._expected(self.audience)), self.claim))
        except TokenRefused as refused:
            log.warning("a bearer token was refused", why=str(refused))
        except IssuerUnavailable as away:
            log.warning("the issuer was not reached", why=str(away))
            raise HTTPException(503) from None
        return None

    async def _still(self, request: Request) -> bool:
        """Whether the issuer still knows whose session this is, asked every few minutes; while it is away, sessions go on."""
        one, now = self.sitting(request), self.now()
        if one is None or not one.refresh or one.asking or now - one.asked_at < self.look_again:
            return one is not None
        one.asking, one.asked_at = True, now
        try:
            tokens = await self.issuer.still(one.refresh)
            one.refresh = tokens.refresh
            if tokens.id_token:
                said = await self.issuer.checked(tokens.id_token, self._expected(self.issuer.client))
                if said["sub"] != one.actor.id:
                    raise TokenRefused("subject")
                one.actor = actor_of(said, self.claim)
        except IssuerUnavailable as away:
            log.warning("the issuer was not reached", why=str(away))
        except TokenRefused as refused:
            log.warning("the issuer does not stand by a session any more", why=str(refused))
            self.sessions.end(request.cookies.get(self.cookie, ""))
            return False
        finally:
            one.asking = False
        return True

    def roles_of(self, officer: str) -> frozenset[Role]:
        """The roles that somebody is known to have: from the agency, and as the issuer said for the sessions that they have now."""
        return self.mandates.of(officer).union(*(actor.roles for actor in self.sessions.actors() if actor.id == officer))

    def _with_own(self, actor: Actor) -> Actor:
        return replace(actor, roles=actor.roles | self.mandates.of(actor.id))

    def _expected(self, audience: str) -> Expected:
        return Expected(self.issuer.issuer, audience, self.now)

    def sign_in_at(self, here: str) -> str:
        """Our own address, which sends on to the issuer."""
        return f"{SIGN_IN_AT}?next={here}"

    def there(self, request: Request) -> bool:
        """Whether the session that the cookie names lasts."""
        return self.sessions.lasts(request.cookies.get(self.cookie, ""))

    def end(self, request: Request, answer: Response) -> None:
        """The session that the cookie names ends."""
        self.sessions.end(request.cookies.get(self.cookie, ""))
        self.set(answer, self.cookie, "", 0)

    def left(self, request: Request, answer: Response) -> None:
        """The same; the issuer is to ask that officer anew, whom it may know still, in this browser or another."""
        self.sessions.left(request.cookies.get(self.cookie, ""))
        self.end(request, answer)

    def seen(self) -> dict[str, str]:
        """Who is signed in now."""
        return self.sessions.names()

    # --- coming and going ---------------------------------------------------------------------------------------------------------

    async def leave(self, after: str, again: bool = False) -> SignInBegun:
        """Somebody goes to the issuer to sign in. Raises IssuerUnavailable.

        `again`: the issuer is to ask them anew, even where it knows them.
        """
        nonce, verifier, browser = drawn(), drawn(), drawn()
        state = self.sessions.send(UnderWay(nonce, verifier, browser, local(after), again))
        wanted = {"acr_values": " ".join(self.strengths)} if self.strengths else {}
        if again:
            wanted |= {"prompt": "login", "max_age": "0"}
        elif self.oldest:
            wanted |= {"max_age": str(self.oldest * 60)}
        return SignInBegun(await self.issuer.sign_in(self.address + BACK_AT, state, nonce, verifier, **wanted), browser)

    async def come_back(self, request: Request, state: str, code: str, issuer: str) -> SignInDone | SignInBegun:
        """Somebody comes back from the issuer. Who left at once since they proved there who they are is sent to it again, to be asked anew.

        Raises TokenRefused, IssuerUnavailable.
        """
        coming = self.sessions.back(state)
        if coming is None:
            raise TokenRefused("state")
        if not hmac.compare_digest(request.cookies.get(self.browser, "").encode(), coming.browser.encode()):
            raise TokenRefused("browser")
        if not code:
            raise TokenRefused("code")
        if issuer and issuer != self.issuer.issuer:
            raise TokenRefused("issuer")
        tokens = await self.issuer.token(self.address + BACK_AT, code, coming.verifier)
        said = await self.issuer.checked(tokens.id_token, self._expected(self.issuer.client), coming.nonce)
        self.sessions.end(request.cookies.get(self.cookie, ""))
        actor, now = actor_of(said, self.claim), self.now()
        if coming.again:  # an issuer that was asked to authenticate anew, and does not state when it did, has done so just now
            said = {"auth_time": now // 1000} | said
        at = proved(said, self.strengths, 60 * (FRESH if coming.again else self.oldest), now)
        if self.sessions.left_since(actor.id, at + LEEWAY * 1000 * coming.again):
            if coming.again:
                raise TokenRefused("auth_time")
            return await self.leave(coming.after, again=True)
        session = self.sessions.begin(actor, at, str(said.get("sid", "")), tokens.refresh, now)
        return SignInDone(session, actor.id, coming.after)

    def sitting(self, request: Request) -> Sitting | None:
        """The session that the cookie names."""
        return self.sessions.sitting(request.cookies.get(self.cookie, ""))

    def just_proved(self, request: Request) -> bool:
        """Whether whoever asks has proved within the last minutes who they are."""
        found = self.sitting(request)
        return found is not None and self.now() - found.proved_at < FRESH * MINUTE

    async def ended_there(self, token: str) -> int:
        """The issuer says by its back channel that sessions have ended: so they have here; how many.

        Raises TokenRefused, IssuerUnavailable.
        """
        said = await self.issuer.ended(token, self._expected(self.issuer.client))
        return self.sessions.ended_there(said.subject, said.session, said.until)

    def set(self, answer: Response, name: str, value: str, seconds: int | None = None) -> None:
        """A cookie that no script reads and no other host gets. Lax: the issuer's redirect is a navigation from elsewhere."""
        answer.set_cookie(name, value, max_age=seconds, path="/", secure=self.tls, httponly=True, samesite="lax")
