"""Stages of hand-offs have working days beside the time that passed; empty in facts of before."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0013"
down_revision = "reporting_0012"
branch_labels = None
depends_on = None

DAYS = ("since_days", "stage_days")


def upgrade() -> None:
    """Two columns."""
    for name in DAYS:
        op.add_column("fact_stage", sa.Column(name, sa.Integer(), nullable=True))


def downgrade() -> None:
    """Stages as they were."""
    for name in DAYS:
        op.drop_column("fact_stage", name)
