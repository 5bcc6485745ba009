"""The tables of intake."""

import sqlalchemy as sa
from alembic import op

revision = "intake_0001"
down_revision = None
branch_labels = None
depends_on = "runtime_0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "report",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("filed_at", sa.BigInteger(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("case"),
    )
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_report_filed_at"), ["filed_at"], unique=False)


def downgrade() -> None:
    """Drop the tables."""
    with op.batch_alter_table("report", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_report_filed_at"))

    op.drop_table("report")
