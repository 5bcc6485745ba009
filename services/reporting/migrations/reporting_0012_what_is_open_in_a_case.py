"""What is said to be open in one case is found by an index, since whoever leads it is asked of each row of the desk; and an absence by a
simulated clock says so."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0012"
down_revision = "reporting_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Absences of before were by this machine's clock."""
    op.create_index("said_open_trace", "said_open", ["trace"])
    op.add_column("absence", sa.Column("clock_since", sa.BigInteger(), nullable=False, server_default="0"))
    op.add_column("absence", sa.Column("simulated", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """What was simulated looks as short as it was."""
    op.drop_column("absence", "simulated")
    op.drop_column("absence", "clock_since")
    op.drop_index("said_open_trace", "said_open")
