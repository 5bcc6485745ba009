"""`./nrm doctor`: every check in its order, the list, and 1 where anything is red."""

from collections.abc import Callable, Iterator
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from rich.text import Text

from deploy.brokers.admin_client import ANSWER_WITHIN, client
from deploy.doctor import bus, certificates, clock, databases, documents, former, keystores, machine, notices, operators, rights, sealing
from deploy.doctor.finding import Finding, Severity, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from deploy.process.member import looked_after
from deploy.trouble import Trouble
from shared.config.i18n import N_
from shared.config.settings import Settings, UnfitSettings
from shared.config.unfit import what
from shared.web.text.card_words import own_cards

Check = Callable[[Patient], Iterator[Finding]]
CHECKS: tuple[Check, ...] = (
    certificates.certificates, sealing.sealing, bus.bus, bus.topics, rights.rights, clock.kernel, clock.records, machine.disk,
    documents.documents, databases.databases, databases.programs, former.former, keystores.keystores,
    operators.operators, notices.notices, machine.process, machine.versions,
)  # fmt: skip
NEEDS_BUS: dict[Check, str] = {
    bus.topics: N_("topics"), rights.rights: N_("rights"), clock.records: N_("clock and log"), former.former: N_("former keys"),
}  # fmt: skip
"""What cannot be looked at while the bus is away, by the name of its line."""
HEAD = (N_("what"), N_("found"), N_("do"))
STATES = (N_("green"), N_("yellow"), N_("red"))
"""The words of `Severity`."""
STYLE = {Severity.GREEN: "green", Severity.YELLOW: "yellow", Severity.RED: "bold red"}


def examine(checks: tuple[Check, ...] = CHECKS, patience: float = ANSWER_WITHIN) -> Iterator[Finding]:
    """All findings of these checks, as they are made; the settings come from the environment, the bus has `patience` seconds to answer."""
    from_environment: dict[str, Any] = {}
    try:
        settings = Settings(**from_environment)
    except ValidationError as error:
        for one in error.errors():
            yield red(f"NRM_{'_'.join(map(str, one['loc'])).upper()}", what(one), "set it; `agency.env` explains every setting")
        return
    try:
        me = looked_after(settings)
        patient = Patient(settings, me.country, me.agency, patience)
        yield green("settings", f"{patient.agency.name}: {', '.join(patient.services)}")
    except Trouble as trouble:
        yield red("settings", str(trouble), "mend that first: nothing else was looked at")
        return
    yield _fit(settings)
    yield from look(patient, checks)


def _fit(settings: Settings) -> Finding:
    try:
        settings.must_be_fit()
        settings.clock_in_use()
        own_cards(settings.cards)
    except (UnfitSettings, ValueError) as error:
        return red("settings", str(Trouble.of(error)), "it will not start so")
    return green("settings", "fit to run as %(env)s", env=settings.env)


def look(patient: Patient, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """These checks; those that need the bus say so where it is away."""
    client.cache_clear()
    away = False
    for check in checks:
        if away and check in NEEDS_BUS:
            yield yellow(NEEDS_BUS[check], "not checked: the bus does not answer", "mend the bus first")
            continue
        try:
            for finding in check(patient):
                away = away or (check is bus.bus and finding.state is Severity.RED)
                yield finding
        except Exception as error:  # noqa: BLE001  one look that fails must not hide what the others see
            name = f"{check.__module__.rpartition('.')[2]}, {check.__name__}"
            yield red(name, "the look itself failed: %(error)s", "look again; tell the vendor if it stays", error=type(error).__name__)


def run(console: Console, patience: float = ANSWER_WITHIN) -> int:
    """Print the list; 1 where anything is red."""
    return show(examine(patience=patience), console)


def run_sealing(console: Console) -> int:
    """Print what is found of keys and directory alone; 1 where anything is red."""
    return show(examine((sealing.sealing,)), console)


def show(findings: Iterator[Finding], console: Console) -> int:
    """Print these; 1 where anything is red."""
    table, worst = Table("", *(translate(one) for one in HEAD), title="nrm doctor", title_justify="left"), 0
    count = dict.fromkeys(Severity, 0)
    for finding in findings:
        count[finding.state] += 1
        worst = max(worst, finding.state is Severity.RED)
        # Plain text: what a broker or a database answers is not ours to read as markup.
        table.add_row(Text(translate(finding.state.value), STYLE[finding.state]), Text(finding.what), Text(finding.said), Text(finding.do))
    console.print(table)
    console.print(", ".join(f"{n} {translate(state.value)}" for state, n in count.items()))
    return int(worst)
