"""Navigation: the links that one's roles allow, who is signed in, and what everybody must know at once."""

from fastapi import Request

from shared.access.roles import Act, Role
from shared.config.i18n import N_
from shared.config.settings import Settings
from shared.web.admin.event_log import HOME as LOG
from shared.web.admin.parked_records import HOME
from shared.web.admin.people_ask import HOME as REQUESTS
from shared.web.admin.words_sample import HOME as SAMPLE
from shared.web.http.desk import Desk
from shared.web.http.noticed import noticed
from shared.web.http.pages import LEFT, Frame, NavItem

PARKED = NavItem(N_("Parked records"), HOME)
"""In the navigation while there are any."""

ORDER = ("assistance", "intake", "referral", "reporting")
DESKS = (
    (Act.TAKE, NavItem(N_("To be assigned"), "/assignments")), (Act.REVIEW, NavItem(N_("To review"), "/break-glass/reviews")),
    (Act.REVIEW, NavItem(N_("Sample of words"), SAMPLE, rare=True)),
    (Act.LIST_RIGHTS, NavItem(N_("Requests of people"), REQUESTS)),
    (Act.READ_ACCESS, NavItem(N_("Who has seen what"), "/access", rare=True)),
)  # fmt: skip
"""In the navigation of those who may, where there are cases and they are assigned."""
TODAY = NavItem(N_("Today"), "/today")
"""What everybody sees first who may see lists of cases."""
SEARCH = NavItem(N_("Search"), "/search")
GIVEN = NavItem(N_("Roles"), "/roles", rare=True)
RESTRICTED = NavItem(N_("Restricted cases that wait"), "/restricted-waiting")
"""For the head of the agency, and for who confirms whom the head names."""
ROLES = {
    Role.OFFICER: N_("officer"), Role.SUPERVISOR: N_("supervisor"), Role.ADMINISTRATOR: N_("administrator"), Role.AUDITOR: N_("auditor"),
    Role.HEAD: N_("head of the agency"), Role.DATA_PROTECTION: N_("data protection"),
}  # fmt: skip

STOPPED = N_("This agency’s system met a log that it does not know and has stopped. Nothing is sent; what was decided is kept.")
WAITS = N_("A restricted case waits, and none of those who may see it acts. You can name somebody else for it.")
LOST = N_("The database was put back from a backup, and some decisions made here are lost. They must be entered again.")

AWAY = N_(
    "The other agencies cannot be reached at present. What you decide is kept here and goes out by itself; what they decide shows later."
)
HELD_UP = N_(
    "What the other agencies decide is not taken in here at present, so pages may be out of date. What you decide is kept, and may reach "
    "them only once this is mended: telephone what is urgent. Tell whoever runs this system at your agency."
)
UNSAVED = N_("Nothing can be saved at present: this agency’s database does not answer. Keep your form open, and send it again in a moment.")


def navigation(request: Request, desks: dict[str, Desk]) -> tuple[NavItem, ...]:
    """Where one can go: the entries of the agency's services, and what changes rights; without those that one's roles do not open."""
    first = next(iter(desks.values()))
    agency, named = first.country.agency(first.agency), first.actor(request) is not None
    acts = {name: Act.LIST if desk.cases else Act.READ_FIGURES for name, desk in desks.items()}
    there = [desks[name] for name in ORDER if name in desks and (not named or first.may(request, acts[name]))]
    served = [
        NavItem(text, href) for desk in there for text, href, *acts in desk.entries(agency)
        if not named or all(first.may(request, act) for act in acts)
    ]  # fmt: skip
    shows_cases = any(desk.cases for desk in desks.values())
    rights = [item for act, item in DESKS if first.assignment and shows_cases and first.may(request, act)]
    roles = [GIVEN] if not first.guard.demo and first.may(request, Act.GRANT) else []
    finds = [SEARCH] if any(desk.cases for desk in there) else []
    first_page = [TODAY] if finds else []
    waits = [RESTRICTED] if shows_cases and first.may(request, Act.CONFIRM_OFFICER) else []
    return (*first_page, *served, *finds, *rights, *waits, *roles)


def _alarms(desk: Desk) -> list[str]:
    instance = desk.instance
    return [
        *([STOPPED] if instance.fence else []),
        *([LOST] if instance.lost else []),
    ]


def _breaks(desk: Desk) -> list[str]:
    """What keeps people's work from going on as usual, and ends by itself."""
    return [*([AWAY] if desk.bus_away() else []), *([] if desk.takes_in() else [HELD_UP]), *([] if desk.saves() else [UNSAVED])]


def _lead(desk: Desk, request: Request) -> tuple[str, str]:
    """The lead and its telephone; nothing at its own pages."""
    lead = desk.country.lead
    phone = desk.country.phone_of(lead) if lead != desk.agency else ""
    return (desk.names(request)(lead), phone) if phone else ("", "")


def frame_of(request: Request, desks: dict[str, Desk], settings: Settings) -> Frame:
    """The frame of a request's page. Who has not said who they are is told of nothing inside, and led nowhere further in."""
    first = next(iter(desks.values()))
    actor, translate, demo = first.actor(request), first.pages.gettext(request), first.guard.demo
    agency = first.country.agency(first.agency)
    known, (now, simulated) = noticed(request), first.instance.clock.now()
    inside = desks.values() if actor else ()
    nav = (*navigation(request, desks), *((PARKED,) if known.parked else ())) if actor else ()
    alarms = dict.fromkeys(NavItem(translate(said), LOG) for desk in inside for said in _alarms(desk))
    waits = (NavItem(translate(WAITS), RESTRICTED.href),) if known.waits else ()
    return Frame(
        service_name=translate("Joint action"), nav=tuple(item._replace(text=translate(item.text)) for item in nav),
        agency=first.names(request)(agency.id), officer=actor.name if actor else "",
        role=", ".join(translate(ROLES[role]) for role in Role if actor and not demo and role in actor.roles),
        change_href="/who" if demo else "", may_leave=actor is not None and not demo, alarms=(*alarms, *waits),
        breaks=tuple(dict.fromkeys(translate(said) for desk in inside for said in _breaks(desk))),
        emergency=first.country.emergency.number, lead=_lead(first, request) if actor else ("", ""),
        simulated=simulated, at=now, leaves=True, leave_to=settings.leave_to or LEFT, blank_minutes=settings.blank_minutes,
    )  # fmt: skip
