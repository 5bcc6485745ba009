"""The installation that the settings of this environment describe."""

import os
from typing import Any

from pydantic import ValidationError

from deploy.brokers.admin_client import ANSWER_WITHIN
from deploy.installation.patient import Patient
from deploy.process.member import looked_after
from deploy.trouble import Trouble
from shared.config.settings import Settings
from shared.config.unfit import what


class Installed(Patient):
    """An installation whose settings can be used."""

    def urls(self) -> dict[str, str]:
        """Instance → the URL of its database."""
        return {f"{name}.{self.agency.id}": self.settings.database(name) for name in self.services}


def installed(patience: float = ANSWER_WITHIN) -> Installed:
    """The settings' agency in its country; its bus has `patience` seconds for an answer. Raises Trouble."""
    settings = settings_here()
    me = looked_after(settings)
    return Installed(settings, me.country, me.agency, patience)


def settings_here() -> Settings:
    """The settings of this environment. Raises Trouble that names the first one that is wrong."""
    from_environment: dict[str, Any] = {}
    try:
        return Settings(**from_environment)
    except ValidationError as error:
        first = error.errors()[0]
        name = f"NRM_{'_'.join(map(str, first['loc'])).upper()}"
        raise Trouble("%(name)s: %(why)s. Set it, or give the agency's settings with --env-file.", name=name, why=what(first)) from None


def scratch_server() -> str:
    """The URL of one of the installation's PostgreSQL databases; empty where it has none."""
    if not os.environ.get("NRM_DATABASES"):
        return ""
    here = installed()
    return next(iter(here.urls().values()))
