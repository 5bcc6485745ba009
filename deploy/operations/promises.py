"""`./nrm slo`: what agencies promise of hand-offs, and what is left of it, from the operators' own tables, for whoever can read them."""

from collections.abc import Mapping

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from deploy.databases.transaction import reading
from deploy.terminal_language import spoken, translate
from deploy.trouble import Trouble
from services.reporting.pages.desk_filter import since_of
from services.reporting.pages.latency import FROM_SPANS, Naming
from services.reporting.pages.promises import EVERYBODY
from services.reporting.queries import restricted
from services.reporting.rules.latency.promises import Budget, by_promise
from shared.config.clock import wall
from shared.config.country import Country
from shared.config.i18n import N_
from shared.config.promises import LatencyPromise
from shared.protocol.case import agency_of, service_of
from shared.protocol.statistics import MONTH
from shared.protocol.vocabulary import AgencyKind
from shared.web.text.durations import lasted
from shared.web.text.phrases import AgencyNames

PAIRS = 20
"""Pairs that the terminal shows."""


def run_slo(urls: Mapping[str, str], country: Country, month: str, console: Console, *, simulated: bool) -> int:
    """Print each promise and who spent it; 1 where a budget is spent. Raises Trouble."""
    if month and MONTH.fullmatch(month) is None:
        raise Trouble("%(month)s is not a month. Write it as in 2026-01.", month=f"{month!r}")
    name = next((one for one in urls if _is_desk(one, country)), "")
    if not name:
        raise Trouble("There is no database of the operators here; give their folder with --data, or --env-file.")
    with reading(name, urls[name]) as session:
        since = since_of(month, country.time_zone)
        found = restricted.budgets_of(restricted.on_this_machine(), session, country, wall(), simulated, month, since)
    if not found:
        console.print(
            translate("The country file promises nothing.")
            if not country.promises
            else translate("No hand-off has come so far in these data.")
        )
        return 0
    wholes = by_promise(found)
    late = {one.promise: one.late for one in wholes}
    console.print(_table(country, translate("What is promised (the times are proposals)"), wholes, late))
    if spenders := [one for one in found if one.late][:PAIRS]:
        console.print(_table(country, translate("Who spent it"), spenders, late))
    return int(any(one.left < 0 for one in wholes))


def _is_desk(name: str, country: Country) -> bool:
    agency = agency_of(name)
    told = country.knows(agency) and country.agency(agency).kind is not AgencyKind.RAPPORTEUR
    return service_of(name) == "reporting" and told


HEAD = (
    N_("From"), N_("To"), N_("Stage"), N_("Promised"), N_("Number"), N_("Late"), N_("May still be late"), N_("Burn rate"),
    N_("Share of the late ones"),
)  # fmt: skip


def _table(country: Country, title: str, found: list[Budget], late: Mapping[LatencyPromise, int]) -> Table:
    shown, name = Table(*(translate(one) for one in HEAD), title=title), Naming(AgencyNames(country, spoken()), translate)
    for one in found:
        part, promise = one.spent(late[one.promise]), one.promise
        ends = [escape(name(end)) if end else translate(EVERYBODY) for end in (one.giver, one.receiver)]
        within = {"percent": f"{promise.percent:g}", "time": lasted(promise.hours * 3600, translate)}
        shown.add_row(
            *ends, translate(FROM_SPANS[promise.stage]), translate("%(percent)s %% within %(time)s") % within,
            f"{one.n}", f"{one.late}", f"{int(one.left // 1)}", "–" if one.burn is None else f"{one.burn:.1f}",
            "–" if part is None else f"{part:.0%}", style="red" if one.left < 0 else None,
        )  # fmt: skip
    return shown
