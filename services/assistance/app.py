"""The assistance service."""

from pathlib import Path

from services.assistance.routes import routes
from shared.runtime.service import Service

SERVICE = Service("assistance", routes=routes, templates=Path(__file__).parent / "templates")
