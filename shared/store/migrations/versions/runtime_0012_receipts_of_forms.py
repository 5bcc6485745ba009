"""What was recorded under the id of a form, or an idempotency key, so that other content under it is not taken for the same."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0012"
down_revision = "runtime_0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table. Of what was decided before there is no receipt: under its forms nothing more is recorded, and that is said."""
    op.create_table(
        "formreceipt",
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("use_case", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("keys", sa.Text(), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("form"),
    )
    op.create_index("formreceipt_officer", "formreceipt", ["officer", "at"], unique=False)


def downgrade() -> None:
    """Drop it."""
    op.drop_index("formreceipt_officer", "formreceipt")
    op.drop_table("formreceipt")
