"""Packs: the tables that a body from outside asks of the rapporteur, each made of our own, as far as its breakdowns are known. Pure.

What is not collected stands in its pack as such, with the reason: unknown is not zero. What was not read in the publication of the body
itself says so. Source: docs/domain.md, sections 5.2 and 5.7.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from services.reporting.rules.tables.citizenship import citizenship_group
from services.reporting.rules.tables.table_rows import Cell
from shared.config.i18n import N_, WordedError

Values = tuple[str, ...]
Asked = Callable[[Values, str], Iterator[Values]]
"""The values of one of our cells, and the code of the reporting country → those under which the pack asks for it, if it does."""
VICTIMS = ("identified", "undecided")
"""Identified, and presumed: where a pack counts by standing, who was found not to be a victim is left out. Others of our tables are of
everybody reported, which the line says (EVERYBODY)."""


@dataclass(frozen=True)
class PackTable:
    """A table of a pack."""

    id: str
    title: str
    dimensions: tuple[str, ...] = ()
    made_of: str = ""
    """Our table that it is made of."""
    asked: Asked | None = None
    """None: not collected."""
    note: str = ""
    """What is not collected of it, or where it differs from what is asked."""


@dataclass(frozen=True)
class FiguresPack:
    """What one body asks for, yearly."""

    id: str
    title: str
    verified: str
    """What of it was not read in the body's own publication."""
    tables: tuple[PackTable, ...]


class UnknownPack(WordedError, ValueError):
    """There is no such pack; the message says which there are."""


def as_it_is(values: Values, home: str) -> Iterator[Values]:
    """Every value as our table has it."""
    yield values


def victims(values: Values, home: str) -> Iterator[Values]:
    """Presumed and identified victims, told apart."""
    if values[0] in VICTIMS:
        yield values


def victims_by_group(values: Values, home: str) -> Iterator[Values]:
    """The same by the group of their citizenship."""
    for standing, nationality in victims(values, home):
        yield standing, citizenship_group(nationality, home)


def by_registrar(values: Values, home: str) -> Iterator[Values]:
    """The same by the kind of first responder, which our table has first."""
    kind, standing = values
    if standing in VICTIMS:
        yield standing, kind


BY_SEX_AND_AGE, BY_FORM, BY_CITIZENSHIP = (
    N_("Victims by sex and age"),
    N_("Victims by form of exploitation; one person may be in several"),
    N_("Victims by group of citizenship"),
)
NO_SUSPECTS = N_(
    "Suspects, and whoever is prosecuted or convicted, are in no case here: police, prosecution and courts have these figures."
)
OF_CASES = N_(
    "Of people whose case reached it, not of proceedings or of suspects: one trial may be about many people. "
    "Who was found not to be a victim is among them."
)
NO_SUMS = N_("Sums of money are not collected. Of everybody reported: who was found not to be a victim is among them.")
EVERYBODY = N_("Of everybody reported: who was found not to be a victim is among them.")
"""A table that has no standing: a statement, a service or a milestone is counted in its own period, whatever is decided later."""
AGE_REPORTED = N_("Age as a child or an adult, at exploitation, as the report has it; finer groups are not collected.")


def _victims(prefix: str, note: str = AGE_REPORTED) -> tuple[PackTable, ...]:
    return (
        PackTable(f"{prefix}1", BY_SEX_AND_AGE, ("standing", "gender", "age_at_exploitation"), "T1b", victims, note),
        PackTable(f"{prefix}2", BY_FORM, ("standing", "exploitation_type"), "T1c", victims),
        PackTable(f"{prefix}3", BY_CITIZENSHIP, ("standing", "citizenship_group"), "T1d", victims_by_group),
    )


PACKS = (
    FiguresPack(
        "eurostat",
        N_("Eurostat, trafficking in human beings (crim_thb)"),
        N_(
            "Sex, age, citizenship group and form are in Eurostat’s metadata; the questionnaire itself, its age groups and what it asks of "
            "assistance and permits were not read."
        ),
        (
            *_victims("E"),
            PackTable("E4", N_("Victims by registering organisation"), ("standing", "first_responder_type"), "T1", by_registrar),
            PackTable("E5", N_("Reflection periods and residence permits"), ("granted",), "T10", as_it_is, EVERYBODY),
            PackTable("E6", N_("Suspected, prosecuted and convicted people by sex and citizenship"), note=NO_SUSPECTS),
        ),
    ),
    FiguresPack(
        "glotip",
        N_("UNODC, questionnaire of the Global Report (GLOTIP), and SDG indicator 16.2.2"),
        N_("Its parts on victims and criminal justice are known from a form of 2016; later forms, and its parts on routes, were not read."),
        (
            *_victims("G"),
            PackTable("G4", N_("People exploited at home and abroad"), ("place",), "T5", as_it_is, EVERYBODY),
            PackTable("G5", N_("Milestones of proceedings by offence"), ("milestone", "offence"), "T18", as_it_is, OF_CASES),
            PackTable("G6", N_("Offences recorded; people suspected, prosecuted, convicted"), note=NO_SUSPECTS),
            PackTable(
                "SDG", N_("SDG 16.2.2: victims for each 100,000 people, by sex, age and form"),
                note=N_("The number of inhabitants is not in this system: divide G1 and G2 by that of the statistical office."),
            ),
            PackTable("G7", N_("Assets confiscated"), note=N_("No event carries it.")),
        ),
    ),
    FiguresPack(
        "greta",
        N_("GRETA, statistics asked of parties to the Convention (CETS 197)"),
        N_("Written from memory of its rounds; no questionnaire was read. Check each line before it is sent."),
        (
            *_victims("R"),
            PackTable("R4", N_("People exploited at home and abroad"), ("place",), "T5", as_it_is, EVERYBODY),
            PackTable("R5", N_("Help by service"), ("need",), "T11", as_it_is, EVERYBODY),
            PackTable("R6", N_("Recovery and reflection periods, residence permits"), ("granted",), "T10", as_it_is, EVERYBODY),
            PackTable("R7", N_("Compensation"), ("compensation", "way"), "T17", as_it_is, NO_SUMS),
            PackTable("R8", N_("Milestones of proceedings by offence"), ("milestone", "offence"), "T18", as_it_is, OF_CASES),
            PackTable("R9", N_("Asylum and international protection granted"), note=N_("Counted with other permits.")),
            PackTable("R10", N_("Repatriation and return"), note=N_("No event carries it.")),
            PackTable("R11", N_("Assets confiscated"), note=N_("No event carries it.")),
        ),
    ),
)  # fmt: skip


def pack_of(id: str) -> FiguresPack:
    """The pack of this name, in any case. Raises UnknownPack."""
    found = next((one for one in PACKS if one.id == id.casefold()), None)
    if found is None:
        raise UnknownPack(N_("There is no pack %(id)s; there are %(there)s."), id=id[:20], there=", ".join(one.id for one in PACKS))
    return found


def counted_for(one: PackTable, cells: Iterable[Cell], year: str, home: str) -> list[tuple[Values, int]]:
    """What a table of a pack says of a year, from the cells of our own."""
    found = Counter[Values]()
    for period, values, n in cells if one.asked else ():
        if period[:4] == year and one.asked:
            for told in one.asked(values, home):
                found[tuple(map(str, told))] += n
    return sorted((values, n) for values, n in found.items() if n)
