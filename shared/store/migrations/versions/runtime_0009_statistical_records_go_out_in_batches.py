"""Statistical records go out in batches: of which case each is, which batch it was put in, and when batches were last looked at."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0009"
down_revision = "runtime_0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the columns and the table. What waited waits for its batch now."""
    with op.batch_alter_table("statistic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("case", sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.add_column(sa.Column("batch", sa.String(), nullable=False, server_default=sa.text("''")))
        batch_op.create_index("statistic_case", ["case"], unique=False)
    op.create_table(
        "batchschedule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.BigInteger(), nullable=True),
        sa.Column("flush", sa.Boolean(), nullable=False, server_default=sa.false()),
        sa.Column("again", sa.String(), nullable=False, server_default=sa.text("''")),
        sa.PrimaryKeyConstraint("id"),
    )


def downgrade() -> None:
    """Drop them: what is in a batch that was not sent goes by itself."""
    op.drop_table("batchschedule")
    with op.batch_alter_table("statistic", schema=None) as batch_op:
        batch_op.drop_index("statistic_case")
        batch_op.drop_column("batch")
        batch_op.drop_column("case")
