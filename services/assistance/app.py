"""The assistance service."""

from pathlib import Path

from services.assistance.routes import routes
from shared.runtime.forms import N_
from shared.runtime.service import Service

HERE = Path(__file__).parent
NAV = ((N_("Work list"), "/work"), (N_("Tasks"), "/tasks"), (N_("Cases"), "/cases"))
SERVICE = Service("assistance", migrations=HERE / "migrations", routes=routes, cases="/cases", templates=HERE / "templates", nav=NAV)
