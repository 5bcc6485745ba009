"""Pictures say whether they wait for the lead's checkpoint."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0003"
down_revision = "runtime_0002"
branch_labels = None
depends_on = None

PICTURE = sa.table("picture", sa.column("view", sa.Text()), sa.column("awaits", sa.Boolean()))


def upgrade() -> None:
    """Add the column; nothing waits at first, but for joiners, whose pictures are written anew with the checkpoint."""
    op.add_column("picture", sa.Column("awaits", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.execute(sa.update(PICTURE).where(PICTURE.c.view.not_like('%"since":null%')).values(awaits=True))


def downgrade() -> None:
    """Drop the column."""
    with op.batch_alter_table("picture") as batch_op:
        batch_op.drop_column("awaits")
