"""Columns that several tables have."""

import secrets

from sqlalchemy import BigInteger, Column, Integer, String, text


def moment(*, nullable: bool = True, index: bool = False) -> Column[int]:
    """A column for milliseconds since 1970."""
    return Column(BigInteger, nullable=nullable, index=index)


def number() -> Column[int]:
    """A primary key that we give ourselves."""
    return Column(Integer, primary_key=True, autoincrement=False)


def new_salt() -> str:
    """What makes the digest of a row one that nobody can guess."""
    return secrets.token_hex(16)


def salt() -> Column[str]:
    """A column for it: another one each time the row is written, so that the digest of what it was before tells nothing either."""
    return Column(String, nullable=False, server_default=text("''"), default=new_salt, onupdate=new_salt)
