"""Assignment of cases, cases opened with a reason, roles given by the agency; the audit is read by case."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0005"
down_revision = "runtime_0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; nothing is assigned yet, and everything that came in is to be assigned."""
    op.create_table(
        "assignment",
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("case", "officer"),
    )
    op.create_table(
        "breakglass",
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("reviewed_by", sa.String(), nullable=False),
        sa.Column("reviewed_at", sa.BigInteger(), nullable=True),
        sa.Column("in_order", sa.Boolean(), nullable=True),
        sa.PrimaryKeyConstraint("seq"),
    )
    op.create_index("breakglass_officer", "breakglass", ["case", "officer"])
    op.create_table(
        "mandate",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer", "role"),
    )
    op.create_index("audit_case", "audit", ["case", "seq"])


def downgrade() -> None:
    """Drop them."""
    op.drop_index("audit_case", "audit")
    op.drop_table("mandate")
    op.drop_index("breakglass_officer", "breakglass")
    op.drop_table("breakglass")
    op.drop_table("assignment")
