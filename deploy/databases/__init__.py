"""Databases: where those of an installation are, and a PostgreSQL server that this machine can start for tests and fault runs."""

from deploy.databases.found import databases, files, installed, of_agency
from deploy.databases.postgres import Postgres

__all__ = ["Postgres", "databases", "files", "installed", "of_agency"]
