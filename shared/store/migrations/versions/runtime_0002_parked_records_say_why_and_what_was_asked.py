"""Parked records say why, what they are, and who has asked what about them."""

import json
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "runtime_0002"
down_revision = "runtime_0001"
branch_labels = None
depends_on = None

PARKED = sa.table(
    "parked", sa.column("seq", sa.Integer()), sa.column("value", sa.LargeBinary()), sa.column("reason", sa.String()),
    sa.column("code", sa.String()), sa.column("type", sa.String()), sa.column("author", sa.String()),
)  # fmt: skip


def upgrade() -> None:
    """Add the columns, and tell of the rows that are there what they hold already."""
    op.add_column("parked", sa.Column("code", sa.String(), nullable=False, server_default="could-not-apply"))
    op.add_column("parked", sa.Column("type", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("parked", sa.Column("author", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("parked", sa.Column("aside", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("parked", sa.Column("asked_by", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("parked", sa.Column("asked_reason", sa.Text(), nullable=False, server_default=sa.text("''")))
    op.add_column("parked", sa.Column("asked_at", sa.BigInteger(), nullable=True))
    aside = sa.text("verdict = 'set aside'")
    op.create_index("journal_aside", "journal", ["seq"], sqlite_where=aside, postgresql_where=aside)
    connection = op.get_bind()
    for seq, value, reason in connection.execute(sa.select(PARKED.c.seq, PARKED.c.value, PARKED.c.reason)).all():
        told = {"code": code_of(reason), "reason": detail_of(reason), **core_of(value)}
        connection.execute(sa.update(PARKED).where(PARKED.c.seq == seq).values(told))


def downgrade() -> None:
    """Drop the columns."""
    op.drop_index("journal_aside", "journal")
    with op.batch_alter_table("parked") as batch_op:
        for name in ("code", "type", "author", "aside", "asked_by", "asked_reason", "asked_at"):
            batch_op.drop_column(name)


def code_of(reason: str) -> str:
    """The code of a reason as it was written before."""
    codes = {"waits behind": "waits-behind", "the case was opened under a newer protocol": "newer-protocol"}
    return next((code for words, code in codes.items() if reason.startswith(words)), "could-not-apply")


def detail_of(reason: str) -> str:
    """The kind of error in it."""
    return reason.partition("(")[2].partition(")")[0]


def core_of(value: bytes) -> dict[str, Any]:
    """Type and author of a record; nothing where they cannot be read."""
    try:
        core = json.loads(json.loads(value)["core"])
        return {name: core[name] for name in ("type", "author") if isinstance(core[name], str)}
    except (ValueError, KeyError, TypeError):
        return {}
