"""The longest stages of a pair are found by an index; what came back is counted as it comes.

What is there already is counted by reporting itself at its first spans, since a migration knows no country.
"""

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
    op.create_table(
        "came_back_tally",
        sa.Column("simulated", sa.Boolean(), primary_key=True),
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("month", "need", "giver", "receiver")),
        sa.Column("back", sa.Boolean(), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
    )
    op.create_index("came_back_tally_receiver", "came_back_tally", ["simulated", "month", "need", "receiver"])
    op.create_table(
        "asked_tally",
        sa.Column("simulated", sa.Boolean(), primary_key=True),
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("month", "need")),
        sa.Column("times", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("agreed", sa.Boolean(), primary_key=True),
        sa.Column("n", sa.Integer(), nullable=False),
    )


def downgrade() -> None:
    """It follows from the spans."""
    op.drop_table("asked_tally")
    op.drop_table("came_back_tally")
    op.create_index("finished_span_pair", "finished_span", ["giver", "receiver", "stage"])
    op.drop_index("finished_span_longest", "finished_span")
    op.drop_column("finished_span", "took")
