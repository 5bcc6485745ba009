"""What is said to be open in one case is found by an index: whoever leads it is asked of each row of the desk."""

from alembic import op

revision = "reporting_0012"
down_revision = "reporting_0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Only an index."""
    op.create_index("said_open_trace", "said_open", ["trace"])


def downgrade() -> None:
    """Drop it."""
    op.drop_index("said_open_trace", "said_open")
