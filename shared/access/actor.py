"""Who acts, and how a process knows: one interface for both ways to sign in, the issuer's and the demo's."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from fastapi import Request
from fastapi.responses import Response

from shared.access.roles import Role

if TYPE_CHECKING:
    from shared.config.country import Agency, Officer

OFFICER_COOKIE = "nrm_officer"
EVERY_ROLE = frozenset(Role)
APART = frozenset({Role.HEAD, Role.DATA_PROTECTION})
"""Roles that nobody has beside the one whom an agency's line names for it."""


@dataclass(frozen=True)
class Actor:
    """Who asks. The id goes into databases and audit; the name lives in the session alone."""

    id: str
    name: str
    roles: frozenset[Role]


INTERFACE = Actor("interface", "", EVERY_ROLE)
"""Who acts in the demo where a program calls the API without naming an officer."""


class Guard(Protocol):
    """How a process knows who asks."""

    @property
    def demo(self) -> bool:
        """Whether people choose who they are."""
        ...

    @property
    def tls(self) -> bool:
        """Whether people reach the pages by https alone."""
        ...

    def present(self, request: Request) -> Actor | None:
        """Who asks, as far as that is known without asking anybody else."""
        ...

    async def known(self, request: Request) -> Actor | None:
        """Who asks. The issuer may be asked for its keys."""
        ...

    def sign_in_at(self, here: str) -> str:
        """Where somebody is sent who has not signed in and wants to come back here."""
        ...

    def there(self, request: Request) -> bool:
        """Whether whoever asks is still signed in; asking keeps no session from ending."""
        ...

    def end(self, request: Request, answer: Response) -> None:
        """Nobody is signed in any more in the browser that gets this answer."""
        ...

    def left(self, request: Request, answer: Response) -> None:
        """The same, where somebody left at once: another may sit there now."""
        ...

    def seen(self) -> dict[str, str]:
        """Officers whose names are known now, by id."""
        ...

    def roles_of(self, officer: str) -> frozenset[Role]:
        """The roles that somebody is known to have; none where nothing is known of them."""
        ...


@dataclass(frozen=True)
class DemoAccess:
    """The demo's way: people say who they are today, and the country file says what they are; who has no line there is everything."""

    agency: "Agency"
    demo: bool = True
    tls: bool = False

    @property
    def cookie(self) -> str:
        """One for each agency, because a browser shares cookies among all ports of a host."""
        return f"{OFFICER_COOKIE}_{self.agency.id}"

    def present(self, request: Request) -> Actor | None:
        """The officer chosen on the page "who are you today?", or named by a calling program."""
        named = request.cookies.get(self.cookie) or request.headers.get("nrm-officer")
        for officer in self.agency.officers:
            if officer.id == named:
                return Actor(officer.id, officer.name, self.roles(officer))
        return INTERFACE if request.url.path.startswith("/api/") and not named else None  # a name that nobody here has is nobody

    def roles(self, officer: "Officer") -> frozenset[Role]:
        """What an invented officer is. Who has no line is everything but what somebody else is by a line: the agency's head, or its
        officer for data protection."""
        if officer.roles:
            return frozenset(Role(role) for role in officer.roles)
        return EVERY_ROLE - {role for one in self.agency.officers for role in one.roles if role in APART}

    async def known(self, request: Request) -> Actor | None:
        """Who acts: as `present` says, since nobody has to be asked here."""
        return self.present(request)

    def sign_in_at(self, here: str) -> str:
        """The question who one is today."""
        return f"/who?next={here}"

    def there(self, request: Request) -> bool:
        """Whoever has said who they are stays."""
        return self.present(request) is not None

    def end(self, request: Request, answer: Response) -> None:
        """Whoever comes next says who they are."""
        answer.delete_cookie(self.cookie, httponly=True, samesite="strict")

    def left(self, request: Request, answer: Response) -> None:
        """The same: nobody proves here who they are."""
        self.end(request, answer)

    def seen(self) -> dict[str, str]:
        """The agency's invented officers."""
        return {officer.id: officer.name for officer in self.agency.officers}

    def roles_of(self, officer: str) -> frozenset[Role]:
        """What the country file says; nothing of somebody whom it does not list."""
        found = next((one for one in self.agency.officers if one.id == officer), None)
        return self.roles(found) if found else frozenset[Role]()
