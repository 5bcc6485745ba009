"""What agencies promise of hand-offs, and what is left of it: by promise, and by pair who spent it. For cleared staff: a line may be one
hand-off."""

from collections.abc import Sequence

from fastapi import APIRouter, Request
from fastapi.responses import Response
from markupsafe import Markup

from services.reporting.pages.csv_download import download
from services.reporting.pages.desk_filter import FilterOfDesk, since_of, which
from services.reporting.pages.latency import FROM_SPANS, Naming, duration, pair_address
from services.reporting.queries import restricted, stage_tally
from services.reporting.queries.view import must_be_cleared
from services.reporting.rules.latency.promises import Budget, by_promise
from shared.access.roles import Act, needs
from shared.casework.case_reader import CaseReader
from shared.config.calendar import HOUR
from shared.config.i18n import N_
from shared.web.http.desk import CurrentDesk, Desk
from shared.web.text.phrases import Words

router = APIRouter(include_in_schema=False)
ADDRESS, PAIRS = "/operations/promises", "/operations/pairs"
SHOWN = 30
"""Pairs in the table, those whose budget is spent most; the file has all."""
EVERYBODY = N_("Everybody")
HEAD = (
    "from",
    "to",
    "stage",
    "promised_hours",
    "promised_percent",
    "n",
    "late",
    "allowed",
    "left",
    "burn_rate",
    "spent_share",
    "simulated",
)


@router.get(ADDRESS)
@needs(Act.READ_UNPROTECTED)
async def promises(desk: CurrentDesk, request: Request, asked: FilterOfDesk) -> Response:
    """What is promised, and what is left of it."""
    simulated, months, found = await _read(desk, request, asked)
    say = Words(desk.pages.gettext(request))
    shown = BudgetWords(desk, request, say)
    wholes = by_promise(found)
    late = {whole.promise: whole.late for whole in wholes}
    spenders = [one for one in found if one.late][:SHOWN]
    return desk.pages.render(
        request, "promises.html", asked=asked, simulated=simulated, months=months, lines=bool(desk.country.promises),
        wholes=[[*shown.who(one), *shown.what(one), *shown.numbers(one)] for one in wholes],
        pairs=[[*shown.pair(one), *shown.what(one), *shown.numbers(one), shown.share(one.spent(late[one.promise]))] for one in spenders],
    )  # fmt: skip


@router.get(f"{ADDRESS}.csv")
@needs(Act.READ_UNPROTECTED)
async def file(desk: CurrentDesk, request: Request, asked: FilterOfDesk) -> Response:
    """The same of all pairs, as a file."""
    simulated, _, found = await _read(desk, request, asked)
    late = {whole.promise: whole.late for whole in by_promise(found)}
    rows = [
        (
            one.giver, one.receiver, one.promise.stage, one.promise.hours, one.promise.percent, one.n, one.late, round(one.allowed, 2),
            round(one.left, 2), _known(one.burn), _known(one.spent(late[one.promise])), simulated,
        )
        for one in found
    ]  # fmt: skip
    return download("handoff-promises", HEAD, rows, desk.pages.gettext(request))


async def _read(desk: Desk, request: Request, asked: FilterOfDesk) -> tuple[bool, list[str], list[Budget]]:
    clearance, now = must_be_cleared(desk, request), desk.instance.clock.now()[0]

    def read(reader: CaseReader) -> tuple[bool, list[str], list[Budget]]:
        simulated = which(stage_tally.kinds_of_data(reader.session, stage_tally.SPAN), asked.data)
        months = stage_tally.known_months(reader.session, stage_tally.SPAN, simulated)
        since = since_of(asked.month, desk.country.time_zone)
        return simulated, months, restricted.budgets_of(clearance, reader.session, desk.country, now, simulated, asked.month, since)

    return await desk.ask(read)


class BudgetWords:
    """Budgets in words."""

    def __init__(self, desk: Desk, request: Request, say: Words) -> None:
        self.say, self.name = say, Naming(desk.names(request), say.translate)
        self.number, self.locale = desk.pages.number(request), desk.pages.language(request).locale

    def who(self, one: Budget) -> list[str]:
        """Of whom it is promised."""
        return [self.name(end) if end else self.say.translate(EVERYBODY) for end in (one.giver, one.receiver)]

    def pair(self, one: Budget) -> list[str | Markup]:
        """The pair, with a link to its page."""
        link = Markup('<a class="govuk-link" href="{}">{}</a>').format(pair_address(PAIRS, one.giver, one.receiver), self.name(one.giver))
        return [link, self.name(one.receiver)]

    def what(self, one: Budget) -> list[str]:
        """Stage and promise."""
        said = self.say.translate("%(percent)s %% within %(time)s") % {
            "percent": self.number(one.promise.percent),
            "time": duration(one.promise.hours * HOUR, self.say.translate, self.locale),
        }
        return [self.say.translate(FROM_SPANS[one.promise.stage]), said]

    def numbers(self, one: Budget) -> Sequence[str]:
        """Number, late, how many more may be late, burn rate."""
        return [self.number(one.n), self.number(one.late), self.number(int(one.left // 1)), self.rate(one.burn)]

    def rate(self, burn: float | None) -> str:
        """A burn rate with one decimal."""
        return "–" if burn is None else self.number(round(burn, 1))

    def share(self, part: float | None) -> str:
        """A share in per cent."""
        return "–" if part is None else f"{part * 100:.0f}\u00a0%"


def _known(number: float | None) -> float | str:
    return "" if number is None else round(number, 3)
