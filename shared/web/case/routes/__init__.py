"""What every service with cases shows of one, below the address of its cases: the person, what they told, what was said on a hand-off, what
they ask of their data, what waits and why, what the agency keeps for itself.

What may be decided there is taken from the table of the service whose desk it is.
"""

from fastapi import APIRouter
from fastapi.routing import APIRoute

from shared.web.case.routes import account, card, documents, keeping, letter, own_record, person, rights, waits, words

PAGES = (person, words, account, documents, own_record, rights, keeping, waits, letter, card)
ROUTERS = tuple(page.router for page in PAGES)


def below(cases: str) -> APIRouter:
    """These routes below the address of a service's cases. Each is written out, since the audit names a route by its whole address."""
    made = APIRouter(include_in_schema=False, prefix=cases)
    for route in (route for router in ROUTERS for route in router.routes):
        assert isinstance(route, APIRoute)
        made.add_api_route(route.path, route.endpoint, methods=sorted(route.methods or ()))
    return made
