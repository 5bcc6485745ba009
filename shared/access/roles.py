"""What each role may do, as one table. What is not in it nobody may do; a route that names no act is closed to everybody."""

from collections.abc import Callable, Iterable
from enum import StrEnum
from typing import Any, TypeVar, cast

F = TypeVar("F", bound=Callable[..., Any])


class Role(StrEnum):
    """What somebody is at their agency; one person may be several."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"
    HEAD = "head"
    """Who answers for the agency, and is told when a restricted case waits."""
    DATA_PROTECTION = "data-protection"
    """Who deals with what people ask of their data, in any case of the agency, and sees who has seen what; no case beyond that."""


class Act(StrEnum):
    """What a route lets one do."""

    ANYBODY = "anybody"
    """Signing in and out, whether the process is well, what programs of the operators read: no case, no person."""
    OWN_SESSIONS = "own-sessions"
    """See where one is signed in, and end it."""
    LIST = "list"
    """Work lists and lists of cases: codes and times only."""
    READ_CASE = "read-case"
    """A case that is assigned to oneself."""
    DECIDE = "decide"
    """Report, answer, act: in a case that is assigned to oneself."""
    TAKE = "take"
    """A case that nobody has."""
    BREAK_GLASS = "break-glass"
    """Open a case that is not assigned to oneself, with a reason that a supervisor reviews."""
    ASSIGN = "assign"
    REVIEW = "review"
    """Look at each case that was opened so, and say whether that was in order."""
    READ_ACCESS = "read-access"
    """Who has seen a case, when, on what ground."""
    READ_FIGURES = "read-figures"
    """Released figures, and hand-offs that wait; no case."""
    READ_UNPROTECTED = "read-unprotected"
    """The restricted view: figures and times before disclosure control, in which a number may be one person."""
    RELEASE_FIGURES = "release-figures"
    """Let figures of quarters that have ended out, protected."""
    READ_OPERATIONS = "read-operations"
    """How the instances are: what is parked, which log is read."""
    OPERATE = "operate"
    """Try parked records again, set them aside, say that what was lost is dealt with."""
    GRANT = "grant"
    """Give and take away the roles of others."""
    OPEN_ADDRESS = "open-address"
    """See a confidential agency's address, for a case that is assigned to oneself."""
    KEEP_ADDRESS = "keep-address"
    """Write down where it is."""
    EXPORT = "export"
    """Take a copy of the file out of the system, for a reason."""
    HAND_OVER = "hand-over"
    """Take the copy for the person, once a second officer has released it."""
    LIST_RIGHTS = "list-rights"
    """What people ask of their data, in all cases of the agency: codes and times only."""
    HANDLE_RIGHTS = "handle-rights"
    """Write down and answer what the person of a case asks of their data."""
    HEAR_WITHDRAWAL = "hear-withdrawal"
    """Take down that a person withdraws: in a case that is assigned to oneself, at whichever service, where the agency led it before."""
    SEE_REQUEST = "see-request"
    """Look at one hand-off: in a case that is assigned to oneself, also where that is at the desk alone at which the agency leads it."""
    DECIDE_REQUEST = "decide-request"
    """Decide, in the same cases, what whoever asked decides."""
    NAME_OFFICER = "name-officer"
    """Be told that a restricted case waits, and name somebody for it; no case, no person."""
    CONFIRM_OFFICER = "confirm-officer"
    """Say as second person whether whom the head names may see it."""


O, S, A, U, H, P = Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR, Role.AUDITOR, Role.HEAD, Role.DATA_PROTECTION  # noqa: E741
RIGHTS: dict[Act, frozenset[Role]] = {
    Act.OWN_SESSIONS:    frozenset({O, S, A, U, H, P}),
    Act.LIST:            frozenset({O, S}),
    Act.READ_CASE:       frozenset({O, S}),
    Act.DECIDE:          frozenset({O, S}),
    Act.TAKE:            frozenset({O, S}),
    Act.BREAK_GLASS:     frozenset({O, S}),
    Act.ASSIGN:          frozenset({S}),
    Act.REVIEW:          frozenset({S}),
    Act.READ_ACCESS:     frozenset({S, U, P}),
    Act.READ_FIGURES:    frozenset({O, S, A, U, H, P}),
    Act.READ_UNPROTECTED: frozenset({S}),
    Act.RELEASE_FIGURES: frozenset({S}),
    Act.READ_OPERATIONS: frozenset({O, S, A, U}),
    Act.OPERATE:         frozenset({A}),
    Act.GRANT:           frozenset({A}),
    Act.OPEN_ADDRESS:    frozenset({O, S}),
    Act.KEEP_ADDRESS:    frozenset({S}),
    Act.EXPORT:          frozenset({S}),
    Act.HAND_OVER:       frozenset({S, P}),
    Act.LIST_RIGHTS:     frozenset({S, P}),
    Act.HANDLE_RIGHTS:   frozenset({O, S, P}),
    Act.HEAR_WITHDRAWAL: frozenset({O, S}),
    Act.SEE_REQUEST:     frozenset({O, S}),
    Act.DECIDE_REQUEST:  frozenset({O, S}),
    Act.NAME_OFFICER:    frozenset({H}),
    Act.CONFIRM_OFFICER: frozenset({U, H}),
}  # fmt: skip
"""Act → who may do it. Nobody sees what a case says by role alone: the acts IN_A_CASE also need it to be assigned."""

IN_A_CASE = frozenset({
    Act.READ_CASE, Act.DECIDE, Act.OPEN_ADDRESS, Act.EXPORT, Act.HAND_OVER, Act.HANDLE_RIGHTS, Act.HEAR_WITHDRAWAL, Act.SEE_REQUEST,
    Act.DECIDE_REQUEST,
})  # fmt: skip
"""Acts that also ask whether the case is open to this person."""

OF_RIGHTS = frozenset({Act.HAND_OVER, Act.HANDLE_RIGHTS})
"""Those of them for which it is open, without being assigned, to whoever deals with data protection."""


def may(roles: Iterable[Role], act: Act | None) -> bool:
    """Whether somebody with these roles may do this. Denied where the table says nothing."""
    return act is Act.ANYBODY or (act is not None and not RIGHTS.get(act, frozenset[Role]()).isdisjoint(roles))


def roles_in(said: Any) -> frozenset[Role]:
    """The roles among the words of a claim; words of others are theirs."""
    words = said.split() if isinstance(said, str) else cast(list[Any], said) if isinstance(said, list) else []
    known = {role.value for role in Role}
    return frozenset(Role(word) for word in words if isinstance(word, str) and word in known)


def needs(act: Act) -> Callable[[F], F]:
    """Marks a route's function with what it lets one do."""

    def marked(endpoint: F) -> F:
        setattr(endpoint, _MARK, act)
        return endpoint

    return marked


def needed(endpoint: Any) -> Act | None:
    """What a route's function lets one do; None where it declares nothing."""
    return getattr(endpoint, _MARK, None)


_MARK = "nrm_act"
