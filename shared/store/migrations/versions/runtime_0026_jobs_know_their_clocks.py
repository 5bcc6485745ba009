"""Since when there is time for a job, before when it is not allowed, until when its clock stands still, and why it is not done."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0026"
down_revision = "runtime_0025"
branch_labels = None
depends_on = None

TEXTS = ("who", "giver", "need", "urgency")
MOMENTS = ("due", "since")
NEW = ("began", "opens", "paused")


def upgrade() -> None:
    """Jobs follow from the pictures: a start writes them anew, with those that clocks of the country ask for."""
    _anew(sa.Column("stall", sa.String(), nullable=False), *_moments(NEW))


def downgrade() -> None:
    """As they were; a start writes them."""
    _anew()


def _anew(*more: "sa.Column[int] | sa.Column[str]") -> None:
    op.drop_table("job")
    op.create_table(
        "job",
        *(sa.Column(name, sa.String(), primary_key=True) for name in ("case", "what", "key")),
        *(sa.Column(name, sa.String(), nullable=False) for name in TEXTS),
        sa.Column("rank", sa.Integer(), nullable=False),
        *_moments(MOMENTS),
        sa.Column("simulated", sa.Boolean(), nullable=False),
        *more,
    )
    op.create_index("job_who", "job", ["who", "rank", "due", "case", "what", "key"], unique=False)
    op.create_index("job_giver", "job", ["giver", "rank", "due", "case", "what", "key"], unique=False)


def _moments(names: tuple[str, ...]) -> "list[sa.Column[int]]":
    return [sa.Column(name, sa.BigInteger(), nullable=False) for name in names]
