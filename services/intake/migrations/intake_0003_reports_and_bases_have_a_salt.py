"""Rows that the audit's chain tells of have a salt; those that are there already get one."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0003"
down_revision = "intake_0002"
branch_labels = None
depends_on = None

TABLES = ("report", "legal_basis")
RANDOM = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}


def upgrade() -> None:
    """Add the columns."""
    for table in TABLES:
        op.add_column(table, sa.Column("salt", sa.String(), nullable=False, server_default=""))
        op.execute(f"UPDATE {table} SET salt = {RANDOM[op.get_bind().dialect.name]}")  # noqa: S608  our own words


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_column(table, "salt")
