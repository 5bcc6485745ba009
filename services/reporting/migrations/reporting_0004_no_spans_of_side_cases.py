"""Spans of side cases go: who helps there sends none, so they seemed to wait for ever, and the main case has the same hand-off."""

from alembic import op

revision = "reporting_0004"
down_revision = "reporting_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """A side case is what a lead reported itself."""
    op.execute(
        "delete from finished_span where trace_id in"
        " (select trace_id from finished_span where name = 'case.reported.v1' and instance like 'referral.%')"
    )


def downgrade() -> None:
    """They are gone; nothing is counted of them."""
