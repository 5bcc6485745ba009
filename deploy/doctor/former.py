"""Former private keys: those whose time is over should be gone, because with them every copy of the bus's bytes opens."""

from collections.abc import Iterator

from deploy.backup.prune_keys import FOR_EVER, BusRetention, looks
from deploy.doctor.finding import Finding, green, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from deploy.trouble import Trouble
from shared.config.calendar import in_utc
from shared.config.i18n import N_

PRUNE = N_("`./nrm agency prune`, then copy the keys anew")


def former(patient: Patient) -> Iterator[Finding]:
    """Those of each instance; nothing where events travel unsealed."""
    if not patient.settings.sealed:
        return
    try:
        if BusRetention(patient).retention() == FOR_EVER:
            said = translate(
                "the bus keeps case records without limit: former opening keys stay for ever, and what was erased opens there with them"
            )
            yield yellow("former keys", said, "tell the operator of the bus: retention.ms, as `./nrm topics` makes it")
        for look in looks(patient):
            what = translate("former keys of %(me)s", me=look.ring.instance)
            if look.spent:
                yield yellow(what, "%(spent)s are there that nothing needs any more", PRUNE, spent=len(look.spent))
            for why in look.stays:
                yield yellow(
                    what, "some have had their time and are needed still: %(why)s", "see to that, then `./nrm agency prune`", why=why
                )
            if not look.spent and not look.stays:
                yield green(
                    what,
                    translate("needed until %(later)s", later=in_utc(look.later)) if look.later else translate("none that should be gone"),
                )
    except Trouble as trouble:
        yield yellow("former keys", "not checked: %(trouble)s", "see there", trouble=trouble)
