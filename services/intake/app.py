"""The intake service."""

from pathlib import Path

from services.intake.routes import routes
from shared.runtime.forms import N_
from shared.runtime.service import Service

HERE = Path(__file__).parent
SERVICE = Service("intake", migrations=HERE / "migrations", routes=routes, templates=HERE / "templates", nav=((N_("Reports"), "/reports"),))
