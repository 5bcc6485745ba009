"""Database servers that this machine can start: PostgreSQL from a wheel, for tests, fault runs and trying things out."""

from deploy.databases.postgres import Postgres

__all__ = ["Postgres"]
