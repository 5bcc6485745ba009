"""The longest stages of a pair are found by an index; what came back is counted as it comes; and who was away is remembered.

What is there already is counted by reporting itself at its first spans, since a migration knows no country.
"""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0011"
down_revision = "reporting_0010"
branch_labels = None
depends_on = None
HEARD = (
    ("clock_at", sa.BigInteger(), "0"),
    ("directory", sa.Integer(), "0"),
    ("directory_ends", sa.BigInteger(), "0"),
    ("behind", sa.Boolean(), sa.false()),
)


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
    for name, kind, default in HEARD:
        op.add_column("heard_from", sa.Column(name, kind, nullable=False, server_default=default))
    op.execute("update heard_from set clock_at = heard_at")  # since 0 all that ever was came while they were away
    op.create_table(
        "absence",
        sa.Column("agency", sa.String(), primary_key=True),
        sa.Column("since", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("back", sa.BigInteger(), nullable=False),
        sa.Column("ran_on", sa.Boolean(), nullable=False),
        sa.Column("records", sa.Integer(), nullable=True),
        sa.Column("caught_up", sa.BigInteger(), nullable=True),
        sa.Column("clock_at", sa.BigInteger(), nullable=False),
    )
    op.create_table(
        "missed_handoff",
        sa.Column("agency", sa.String(), primary_key=True),
        sa.Column("since", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("handoff", sa.String(), primary_key=True),
        *(sa.Column(name, sa.String(), nullable=False) for name in ("trace", "giver", "receiver", "need")),
        *(sa.Column(name, sa.Boolean(), nullable=False) for name in ("simulated", "came", "overdue", "open")),
        *(sa.Column(name, sa.BigInteger(), nullable=False) for name in ("asked_at", "due")),
    )


def downgrade() -> None:
    """It follows from the spans; who was away before is forgotten."""
    op.drop_table("missed_handoff")
    op.drop_table("absence")
    for name, *_ in HEARD:
        op.drop_column("heard_from", name)
    op.drop_table("asked_tally")
    op.drop_table("came_back_tally")
    op.create_index("finished_span_pair", "finished_span", ["giver", "receiver", "stage"])
    op.drop_index("finished_span_longest", "finished_span")
    op.drop_column("finished_span", "took")
