"""The month in which a person was met; empty in facts of before, of which the quarter alone is known."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0009"
down_revision = "reporting_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One more column."""
    op.add_column("fact_referral", sa.Column("month", sa.String(), nullable=False, server_default=sa.text("''")))


def downgrade() -> None:
    """The quarter alone."""
    op.drop_column("fact_referral", "month")
