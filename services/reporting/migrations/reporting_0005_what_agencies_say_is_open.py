"""What each agency says is open, and when it was heard last."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0005"
down_revision = "reporting_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Two tables."""
    op.create_table(
        "said_open",
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("agency", "handoff")),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("trace", "giver", "receiver", "need", "kind", "state", "mover")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("waiting", "simulated")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("asked_at", "due")),
    )
    op.create_index("said_open_handoff", "said_open", ["handoff"])
    op.create_table(
        "heard_from",
        sa.Column("agency", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("instance", "release", "said")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("at", "heard_at", "unsent_since")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("unsent", "parked")),
    )


def downgrade() -> None:
    """Agencies say it anew."""
    op.drop_table("heard_from")
    op.drop_table("said_open")
