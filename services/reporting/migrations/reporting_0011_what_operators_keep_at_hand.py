"""The longest stages of a pair are found by an index."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0011"
down_revision = "reporting_0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """How long each span took stands beside it."""
    op.add_column("finished_span", sa.Column("took", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute('update finished_span set took = "end" - start')
    op.create_index("finished_span_longest", "finished_span", ["giver", "receiver", "stage", "simulated", "took"])
    op.drop_index("finished_span_pair", "finished_span")


def downgrade() -> None:
    """It follows from start and end."""
    op.create_index("finished_span_pair", "finished_span", ["giver", "receiver", "stage"])
    op.drop_index("finished_span_longest", "finished_span")
    op.drop_column("finished_span", "took")
