"""Alembic's entry: the instance gives the connection; nothing is read from a file."""

from alembic import context
from sqlmodel import SQLModel

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    include_name=context.config.attributes.get("include_name"),
)
with context.begin_transaction():
    context.run_migrations()
