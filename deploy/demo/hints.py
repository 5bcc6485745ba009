"""What a visitor can try, with the addresses and the invented people of the country that is played."""

from deploy.demo.fleet import Fleet
from deploy.demo.scene import Untold
from deploy.demo.stories import running, sent_back_twice, sheltered, still_late
from shared.config.country import Country
from shared.protocol.vocabulary import AgencyKind, Need


def hints(fleet: Fleet) -> list[str]:
    """One sentence or three for each thing; what this country's file has nobody for is not spoken of."""
    found = [_late(fleet), _new(fleet), _ping_pong(fleet), _house(fleet), _papers(fleet)]
    return [hint for hint in found if hint]


def _late(fleet: Fleet) -> str:
    helper = _invited_for_legal(fleet.country)
    try:
        reporter = still_late(fleet.country).reporter
    except Untold:
        return ""
    who = _who(fleet, helper)
    return (
        f"A late hand-off: at {_at(fleet, helper)}/work choose to be {who}, open the overdue request for legal help, "
        "take the case, and accept it. "
        f"The joint action began without {who}, who is in it now and has a task. "
        f"{_who(fleet, reporter)} sees it in the same case at {_at(fleet, reporter)}/cases."
    )


def _new(fleet: Fleet) -> str:
    lead = fleet.country.lead
    reporter = next((a.id for a in fleet.country.agencies if "intake" in a.services), "")
    if not reporter or not _invited_for_legal(fleet.country):
        return ""
    return (
        f"A new case: at {_at(fleet, reporter)}/reports/new be {_who(fleet, reporter)} "
        "and report somebody who agrees and needs legal help. "
        f"At {_at(fleet, lead)}/lead be {_who(fleet, lead)}: it is there; take it, "
        "and see that the agencies that it concerns have been asked."
    )


def _ping_pong(fleet: Fleet) -> str:
    lead = fleet.country.lead
    try:
        sent_back_twice(fleet.country)
    except Untold:
        return ""
    desks = ((AgencyKind.COORDINATOR, "What it cost in hours", "operations"), (AgencyKind.RAPPORTEUR, "in figures", "figures"))
    seen = [f"{what}: {_at(fleet, id)}/{page}" for kind, what, page in desks if (id := _desk(fleet.country, kind))]
    cost = f" {', and '.join(seen)}." if seen else ""
    return (
        f"From ping-pong to joint action: at {_at(fleet, lead)}/lead be {_who(fleet, lead)}, open the case whose legal help was declined "
        f"twice, and ask a third agency. The answer is a call to act together.{cost}"
    )


def _house(fleet: Fleet) -> str:
    try:
        sheltered(fleet.country)
    except Untold:
        return ""
    house = fleet.country.confidential()[0].id
    return (
        f"An address that is never sent: at {_at(fleet, house)}/cases be {_who(fleet, house)}, open the case, then the address. "
        f"No other agency has it, not even the lead; who has opened it stands at {_at(fleet, house)}/access."
    )


def _papers(fleet: Fleet) -> str:
    lead = fleet.country.lead
    try:
        told = running(fleet.country)
    except Untold:
        return ""
    helper, by = next((step.agency for step in told.steps if step.act == "look-at" and step.agency != lead), lead), told.reporter
    return (
        f"A document: at {_at(fleet, helper)}/cases be {_who(fleet, helper)}, open the case of a joint action that runs, then Documents: "
        f"{_who(fleet, by)} attached a pay slip and a contract. Attach another at {_at(fleet, by)}/cases as {_who(fleet, by)}: "
        "the form says beforehand who will read it."
    )


def _at(fleet: Fleet, agency: str) -> str:
    return fleet.processes[agency].url


def _who(fleet: Fleet, agency: str) -> str:
    """The first name of somebody there."""
    officers = fleet.country.agency(agency).officers
    return officers[0].name.split()[0] if officers else "anybody"


def _invited_for_legal(country: Country) -> str:
    return next((line.agency for line in country.invitations if line.need is Need.LEGAL), "")


def _desk(country: Country, kind: AgencyKind) -> str:
    return next((a.id for a in country.agencies if a.kind is kind and "reporting" in a.services), "")
