"""What waits in the outbox has one order, kept in the row: its turn, where there was only a mark whether it goes first."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0006"
down_revision = "runtime_0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Say the turn of each row: openings, what went first, checkpoints, all else."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("turn", sa.Integer(), nullable=False, server_default="3"))
    op.execute(
        "UPDATE outbox SET turn = CASE type WHEN 'case.reported.v1' THEN 0 WHEN 'checkpoint.set.v1' THEN 2 "
        "ELSE CASE WHEN first THEN 1 ELSE 3 END END"
    )
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("first")
        outbox.alter_column("turn", server_default=None)


def downgrade() -> None:
    """Say only whether it goes first."""
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("first", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute("UPDATE outbox SET first = (turn = 1 OR turn = 2)")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("turn")
        outbox.alter_column("first", server_default=None)
