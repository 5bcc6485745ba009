"""Tables of times lie by line, so that a page reads as many rows as it has lines in its periods."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0015"
down_revision = "reporting_0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of lines. It is filled as tables are counted by the definitions of this release."""
    op.create_table(
        "line_times",
        sa.Column("by", sa.String(), primary_key=True),
        sa.Column("line", sa.String(), primary_key=True),
        sa.Column("simulated", sa.Boolean(), primary_key=True),
        sa.Column("told", sa.String(), nullable=False),
    )


def downgrade() -> None:
    """A former release counts its tables again."""
    op.drop_table("line_times")
