"""Columns that several tables have."""

from sqlalchemy import BigInteger, Column, Integer


def moment(*, nullable: bool = True, index: bool = False) -> Column[int]:
    """A column for milliseconds since 1970."""
    return Column(BigInteger, nullable=nullable, index=index)


def number() -> Column[int]:
    """A primary key that we give ourselves."""
    return Column(Integer, primary_key=True, autoincrement=False)
