"""The reporting service."""

from pathlib import Path

from services.reporting.ingest.statistics import take
from services.reporting.routes import nav, routes
from shared.processing.service import Service
from shared.records.codec import STATISTICS
from shared.web.service_pages import ServicePages

HERE = Path(__file__).parent
SERVICE = Service("reporting", topic=STATISTICS, take=take, migrations=HERE / "migrations")
PAGES = ServicePages("reporting", routes, templates=HERE / "templates", nav=nav)
