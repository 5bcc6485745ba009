"""What a former lead handed over: which parts of it have come."""

import sqlalchemy as sa
from alembic import op

revision = "referral_0010"
down_revision = "referral_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "leadrecordpart",
        sa.Column("handoff", sa.String(), nullable=False),
        sa.Column("part", sa.Integer(), nullable=False),
        sa.Column("parts", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("salt", sa.String(), nullable=False, server_default=""),
        sa.PrimaryKeyConstraint("handoff", "part"),
    )
    op.create_index("leadrecordpart_case", "leadrecordpart", ["case"])


def downgrade() -> None:
    """Drop it."""
    op.drop_table("leadrecordpart")
