"""When months begin, as tables of times need it: of what is open the month is known in which it began."""

from services.reporting.rules.tables.definitions import Definition
from services.reporting.rules.tables.table_rows import MIDDLE_OF_A_MONTH, Months
from shared.config.calendar import DAY, month
from shared.config.country import Country


def months_of(table: Definition, country: Country, now: int) -> Months:
    """For a table read at a moment (ms UTC). Of one in working days a month is put so far back as working days of the country have passed
    since its middle, each a day of 24 hours."""

    def begins(said: str) -> int:
        return month(int(said[:4]), int(said[5:7]), country.time_zone)[0]

    def worked(said: str) -> int:
        days = country.office_days.days(begins(said) + MIDDLE_OF_A_MONTH, now, country.time_zone)
        return now - MIDDLE_OF_A_MONTH - max(1, days) * DAY

    return worked if table.working_days else begins
