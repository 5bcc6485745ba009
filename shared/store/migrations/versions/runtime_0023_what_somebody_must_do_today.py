"""What somebody must do, in the order of the page Today, and who has looked at it when; lists of cases by their last change."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0023"
down_revision = "runtime_0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables, which a start fills from the pictures, and the index."""
    op.create_table(
        "job",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("giver", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("urgency", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("due", sa.BigInteger(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case", "what", "key"),
    )
    op.create_index("job_who", "job", ["who", "rank", "due", "case", "what", "key"], unique=False)
    op.create_index("job_giver", "job", ["giver", "rank", "due", "case", "what", "key"], unique=False)
    op.create_table(
        "looked",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer"),
    )
    op.create_index("picture_changed", "picture", ["closed", "changed_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_index("picture_changed", table_name="picture")
    for table in ("looked", "job"):
        op.drop_table(table)
