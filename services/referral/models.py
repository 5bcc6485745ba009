"""Referral's own table."""

from sqlmodel import Field, SQLModel


class Side(SQLModel, table=True):
    """Which side case stands behind a hand-off to a confidential agency. Derived from the log; only the lead can."""

    side: str = Field(primary_key=True)
    """The side case."""
    case: str
    handoff: str
    """The hand-off there, to `confidential:KIND`."""
