"""The intake service."""

from pathlib import Path

from services.intake.routes import routes
from shared.runtime.service import Service

SERVICE = Service("intake", migrations=Path(__file__).parent / "migrations", routes=routes, templates=Path(__file__).parent / "templates")
