"""`./nrm agency resend-statistics`: what a lead has counted goes out once more, in the batches that it was in."""

from collections.abc import Mapping

from deploy.databases.transaction import database
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.processing.batches import ask_again
from shared.protocol.case import service_of


def resend(urls: Mapping[str, str], by: str) -> str:
    """Ask the lead's instance by its database; what it will do, in words. Raises Trouble where this agency leads nothing."""
    leads = {name: url for name, url in urls.items() if service_of(name) == "referral"}
    if not leads:
        raise Trouble("This installation runs no referral, so it counts nothing.")
    for name, url in leads.items():
        with database(name, url) as session:
            ask_again(session, by)
    return translate(
        "What was counted goes out once more as soon as the process runs; what was erased does not, and what reporting "
        "has stays one fact. What an older release sent one by one goes with the next batch."
    )
