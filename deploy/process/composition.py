"""Which services a process is composed of, and what each is and shows."""

from importlib import import_module
from typing import TYPE_CHECKING

from deploy.trouble import Trouble
from shared.config.country import Agency

if TYPE_CHECKING:
    from shared.processing.service import Service
    from shared.web.http.service_pages import ServicePages


ORDER = ("intake", "assistance", "referral", "reporting")


def service(name: str) -> "Service":
    """One of the four services, imported when it is needed."""
    return import_module(f"services.{name}.service").SERVICE


def pages_of(name: str) -> "ServicePages":
    """The pages of the service of this name."""
    return import_module(f"services.{name}.service").PAGES


def chosen(agency: Agency, wanted: tuple[str, ...]) -> tuple[str, ...]:
    """The services to run here, in their order. Raises Trouble for one that the agency does not have."""
    if missing := set(wanted) - set(agency.services):
        raise Trouble(
            "%(agency)s runs %(services)s, not %(missing)s.",
            agency=agency.id,
            services=", ".join(agency.services),
            missing=", ".join(sorted(missing)),
        )
    return tuple(s for s in ORDER if s in (wanted or agency.services))
