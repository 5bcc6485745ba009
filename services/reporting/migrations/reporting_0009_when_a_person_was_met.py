"""When a person was met, since when a hand-off had been asked for, in which month a record came; empty in facts of before."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0009"
down_revision = "reporting_0008"
branch_labels = None
depends_on = None

FACTS = ("fact_referral", "fact_stage", "fact_happening")


def upgrade() -> None:
    """What tables need beside."""
    op.add_column("fact_referral", sa.Column("month", sa.String(), nullable=False, server_default=sa.text("''")))
    op.add_column("fact_stage", sa.Column("since", sa.BigInteger(), nullable=True))
    for table in FACTS:
        op.add_column(table, sa.Column("came", sa.String(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """Facts as they were."""
    for table in FACTS:
        op.drop_column(table, "came")
    op.drop_column("fact_stage", "since")
    op.drop_column("fact_referral", "month")
