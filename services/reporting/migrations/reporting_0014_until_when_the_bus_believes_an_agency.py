"""Until when an agency's certificate is good stands beside how its process stands."""

import sqlalchemy as sa
from alembic import op

revision = "reporting_0014"
down_revision = "reporting_0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Each says it with its next statement."""
    op.add_column("heard_from", sa.Column("certificate_ends", sa.BigInteger(), nullable=False, server_default="0"))


def downgrade() -> None:
    """`./nrm doctor` at the agency says it still."""
    op.drop_column("heard_from", "certificate_ends")
