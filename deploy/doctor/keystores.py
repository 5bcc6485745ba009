"""The keystores: each opens with its master key, is for its owner alone, and is in the second place too."""

from collections.abc import Iterator

from deploy.coordinator.listing import SEALING
from deploy.doctor.finding import Finding, Patient, green, red, yellow
from shared.runtime.sealed.keyring import Unusable
from shared.runtime.sealed.second import Second
from shared.runtime.sealed.snapshots import snapshot

BACK = 'docs/operations.md, "The keystore", tells how to put it back'


def keystores(patient: Patient) -> Iterator[Finding]:
    """Those of the instances that have cases; none where events are not sealed."""
    if not patient.settings.sealed:
        yield yellow("keystore", "none: what the databases hold of people lies open", "for invented people alone; else NRM_SEALED=true")
        return
    for name in patient.services:
        if name in SEALING:
            yield from _one(patient, f"{name}.{patient.agency.id}")


def _one(patient: Patient, me: str) -> Iterator[Finding]:
    settings = patient.settings
    what, file = f"keystore of {me}", settings.keystore_in_use() / f"{me}.keystore"
    if not file.exists() and not (settings.keys_in_use() / f"{me}.kek").exists():
        yield yellow(what, f"{file} is not there yet", "the first start makes it")
        return
    try:
        data, _ = snapshot(me, file.parent, settings.keys_in_use())
    except Unusable as error:
        yield red(what, str(error), BACK)
        return
    except OSError as error:
        yield red(what, f"{file} cannot be read ({type(error).__name__})", BACK)
        return
    yield green(what, "it opens with its master key, and is for its owner alone")
    if settings.keystore_copy is None:
        yield yellow(f"second place of {me}", "none is set", "set NRM_KEYSTORE_COPY to a folder on another disk, or copy it each night")
    elif Second(settings.keystore_copy, file.name).read() == data:
        yield green(f"second place of {me}", "it has the same")
    else:
        said = f"{settings.keystore_copy} is away, or is behind"
        yield yellow(f"second place of {me}", said, "see that it is mounted and may be written; the next new case brings it up to date")
