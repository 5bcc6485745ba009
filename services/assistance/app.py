"""The assistance service."""

from pathlib import Path

from services.assistance.routes import routes
from shared.runtime.forms import N_
from shared.runtime.service import Service

NAV = ((N_("Work list"), "/work"), (N_("Tasks"), "/tasks"), (N_("Cases"), "/cases"))
SERVICE = Service("assistance", routes=routes, cases="/cases", templates=Path(__file__).parent / "templates", nav=NAV)
