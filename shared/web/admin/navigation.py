"""Navigation: the links that one's roles allow, who is signed in, and what everybody must know at once."""

from fastapi import Request

from shared.access.roles import Act, Role
from shared.config.i18n import N_
from shared.web.admin.event_log import HOME as LOG
from shared.web.admin.parked_records import HOME
from shared.web.desk import Desk
from shared.web.pages import Frame, NavItem

PARKED = NavItem(N_("Parked records"), HOME)
"""In the navigation while there are any."""

ORDER = ("assistance", "intake", "referral", "reporting")
DESKS = (
    (Act.TAKE, NavItem(N_("To be assigned"), "/assignments")), (Act.REVIEW, NavItem(N_("To review"), "/break-glass/reviews")),
    (Act.READ_ACCESS, NavItem(N_("Who has seen what"), "/access")),
)  # fmt: skip
"""In the navigation of those who may, where cases are assigned."""
SEARCH = NavItem(N_("Search"), "/search")
GIVEN = NavItem(N_("Roles"), "/roles")
ROLES = {
    Role.OFFICER: N_("officer"), Role.SUPERVISOR: N_("supervisor"), Role.ADMINISTRATOR: N_("administrator"), Role.AUDITOR: N_("auditor"),
}  # fmt: skip

STOPPED = N_("This agency’s system met a log that it does not know and has stopped. Nothing is sent; what was decided is kept.")
LOST = N_("The database was put back from a backup, and some decisions made here are lost. They must be entered again.")

AWAY = N_(
    "The other agencies cannot be reached at present. What you decide is kept here and goes out by itself; what they decide shows later."
)
UNSAVED = N_("Nothing can be saved at present: this agency’s database does not answer. Keep your form open, and send it again in a moment.")


def navigation(request: Request, desks: dict[str, Desk]) -> tuple[NavItem, ...]:
    """Where one can go: the entries of the agency's services, and what changes rights; without those that one's roles do not open."""
    first = next(iter(desks.values()))
    agency, named = first.country.agency(first.agency), first.actor(request) is not None
    acts = {name: Act.LIST if desk.cases else Act.READ_FIGURES for name, desk in desks.items()}
    there = [desks[name] for name in ORDER if name in desks and (not named or first.may(request, acts[name]))]
    served = [NavItem(*entry) for desk in there for entry in desk.entries(agency)]
    rights = [item for act, item in DESKS if first.assignment and first.may(request, act)]
    roles = [GIVEN] if not first.guard.demo and first.may(request, Act.GRANT) else []
    finds = [SEARCH] if any(desk.cases for desk in there) else []
    return (*served, *finds, *rights, *roles)


def _alarms(desk: Desk) -> list[str]:
    instance = desk.instance
    return [
        *([STOPPED] if instance.fence else []),
        *([LOST] if instance.lost else []),
    ]


def _breaks(desk: Desk) -> list[str]:
    """What keeps people's work from going on as usual, and ends by itself."""
    return [*([AWAY] if desk.bus_away() else []), *([] if desk.saves() else [UNSAVED])]


def frame_of(request: Request, desks: dict[str, Desk]) -> Frame:
    """The frame of a request's page."""
    first = next(iter(desks.values()))
    actor, translate, demo = first.actor(request), first.pages.gettext(request), first.guard.demo
    agency = first.country.agency(first.agency)
    troubled = any(desk.instance.parked or desk.instance.outgoing.spoilt for desk in desks.values())
    nav = (*navigation(request, desks), *((PARKED,) if troubled else ()))
    alarms = dict.fromkeys(NavItem(translate(said), LOG) for desk in desks.values() for said in _alarms(desk))
    return Frame(
        service_name=translate("Joint action"), nav=tuple(NavItem(translate(item.text), item.href) for item in nav),
        agency=agency.name, officer=(actor and actor.name) or translate("nobody yet"),
        role=", ".join(translate(ROLES[role]) for role in Role if actor and not demo and role in actor.roles),
        change_href="/who" if demo else "", may_leave=actor is not None and not demo, alarms=tuple(alarms),
        breaks=tuple(dict.fromkeys(translate(said) for desk in desks.values() for said in _breaks(desk))),
        simulated=first.instance.clock.now()[1],
    )  # fmt: skip
