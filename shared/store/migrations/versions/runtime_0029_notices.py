"""Who is to be told that something needs them, where they want to be told, what is on its way; and the register of official letters."""

import sqlalchemy as sa
from alembic import op

revision = "runtime_0029"
down_revision = "runtime_0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables; nobody is told of what is there already."""
    op.create_table(
        "notice",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer", "case"),
    )
    op.create_table(
        "noticemessage",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("next_at", sa.BigInteger(), nullable=False),
        sa.Column("sent_at", sa.BigInteger(), nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("noticemessage_waiting", "noticemessage", ["sent_at", "next_at"], unique=False)
    op.create_index("noticemessage_officer", "noticemessage", ["officer", "kind", "made_at"], unique=False)
    op.create_table(
        "noticeaddress",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("code", sa.String(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("verified_at", sa.BigInteger(), nullable=True),
        sa.Column("refused_at", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("officer", "channel"),
    )
    op.create_table(
        "noticechoice",
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("pace", sa.String(), nullable=False),
        sa.Column("quiet", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("officer"),
    )
    op.create_table(
        "officialletter",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("case", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("told", sa.Text(), nullable=False),
        sa.Column("salt", sa.String(), server_default=sa.text("''"), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("year", "number"),
    )
    op.create_index("officialletter_case", "officialletter", ["case"], unique=False)


def downgrade() -> None:
    """Drop them."""
    for table in ("officialletter", "noticechoice", "noticeaddress", "noticemessage", "notice"):
        op.drop_table(table)
