"""What has come up to the coordinator, as agencies say it."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0007"
down_revision = "reporting_0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table that agencies fill with their next word."""
    op.create_table(
        "said_stalled",
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("agency", "trace", "clock", "code")),
        sa.Column("simulated", sa.Boolean(), nullable=False),
    )
    op.execute("UPDATE heard_from SET said = ''")


def downgrade() -> None:
    """Agencies say it anew."""
    op.drop_table("said_stalled")
