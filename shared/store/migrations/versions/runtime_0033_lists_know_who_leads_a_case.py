"""Lists know who leads a case: an agency with a desk that leads some of its cases has each job from one of its services."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0033"
down_revision = "runtime_0032"
branch_labels = None
depends_on = None
LEAD = {"sqlite": "json_extract(view, '$.case.lead')", "postgresql": "CAST(view AS json) #>> '{case,lead}'"}


def upgrade() -> None:
    """Who leads stands in each picture; jobs have it from there."""
    for name in ("picture", "job"):
        op.add_column(name, sa.Column("lead", sa.String(), nullable=False, server_default=sa.text("''")))
    op.execute(f"UPDATE picture SET lead = COALESCE({LEAD[op.get_bind().dialect.name]}, '')")  # noqa: S608  no word of anybody else is in it
    op.execute('UPDATE job SET lead = COALESCE((SELECT lead FROM picture WHERE picture."case" = job."case"), \'\')')


def downgrade() -> None:
    """As they were."""
    for name in ("picture", "job"):
        op.drop_column(name, "lead")
