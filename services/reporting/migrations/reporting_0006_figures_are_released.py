"""Figures that everybody may see are kept as they were released."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0006"
down_revision = "reporting_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A table of releases."""
    op.create_table(
        "figures_release",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("made_by", sa.String(), nullable=False),
        sa.Column("counted", sa.String(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
    )


def downgrade() -> None:
    """No releases."""
    op.drop_table("figures_release")
