"""What the law rests on is in the audit's chain: lines tell of rows, and rows have a salt. What is there already the next start chains."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0008"
down_revision = "runtime_0007"
branch_labels = None
depends_on = None

TABLES = (
    "breakglass",
    "assignment",
    "mandate",
    "parked",
    "recoveryreport",
    "lostdecision",
    "pendingerasure",
    "pendingreceipt",
    "legalhold",
    "holdrelease",
    "erasedclass",
    "renewedkey",
    "retentionprogress",
)
RANDOM = {
    "sqlite": "lower(hex(randomblob(16)))",
    "postgresql": "replace(gen_random_uuid()::text, '-', '')",
}


def upgrade() -> None:
    """Add the columns."""
    for table, column in (("audit", "rows"), ("auditend", "chained")):
        op.add_column(table, sa.Column(column, sa.Text(), nullable=False, server_default=""))
    for table in TABLES:
        op.add_column(table, sa.Column("salt", sa.String(), nullable=False, server_default=""))
        op.execute(f"UPDATE {table} SET salt = {RANDOM[op.get_bind().dialect.name]}")  # noqa: S608  our own words


def downgrade() -> None:
    """Drop them."""
    for table in TABLES:
        op.drop_column(table, "salt")
    op.drop_column("auditend", "chained")
    op.drop_column("audit", "rows")
