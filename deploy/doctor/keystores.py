"""The keystores: each opens with its master key, is for its owner alone, and is in the second place too; no copy outlives its time."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from deploy.backup import copies
from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from deploy.process.keys import SEALING
from deploy.trouble import Trouble
from shared.config.i18n import N_
from shared.config.settings import Settings
from shared.crypto.keyring import Unusable
from shared.crypto.keystore_replica import Second
from shared.crypto.keystore_snapshot import snapshot

BACK = N_('docs/operations.md, "The keystore", tells how to put it back')


def keystores(patient: Patient) -> Iterator[Finding]:
    """Those of the instances that have cases; none where events are not sealed."""
    if not patient.settings.sealed:
        yield yellow("keystore", "none: what the databases hold of people lies open", "for invented people alone; else NRM_SEALED=true")
        return
    for name in patient.services:
        if name in SEALING:
            yield from _one(patient, f"{name}.{patient.agency.id}")
    for folder in copies.folders_of(patient.settings):
        yield _copies(patient.settings, folder)


def _one(patient: Patient, me: str) -> Iterator[Finding]:
    settings = patient.settings
    what, file = translate("keystore of %(me)s", me=me), settings.keystore_in_use() / f"{me}.keystore"
    if not file.exists() and not (settings.keys_in_use() / f"{me}.kek").exists():
        yield yellow(what, "%(file)s is not there yet", "the first start makes it", file=file)
        return
    try:
        data, _ = snapshot(me, file.parent, settings.keys_in_use())
    except Unusable as error:
        yield red(what, str(Trouble.of(error)), BACK)
        return
    except OSError as error:
        yield red(what, "%(file)s cannot be read (%(error)s)", BACK, file=error.filename or file, error=type(error).__name__)
        return
    yield green(what, "it opens with its master key, and is for its owner alone")
    if settings.keystore_copy is None:
        yield yellow(
            "second place of %(me)s", "none is set", "set NRM_KEYSTORE_COPY to a folder on another disk, or copy it each night", me=me
        )
    elif Second(settings.keystore_copy, file.name).read() == data:
        yield green("second place of %(me)s", "it has the same", me=me)
    else:
        said = translate("%(keystore_copy)s is away, or is behind", keystore_copy=settings.keystore_copy)
        yield yellow(
            "second place of %(me)s", said, "see that it is mounted and may be written; the next new case brings it up to date", me=me
        )


def _copies(settings: Settings, folder: Path) -> Finding:
    """Whether copies that were laid in a folder have outlived their time there."""
    what, limit = translate("copies of the keystore in %(folder)s", folder=folder), translate("%(days)s days", days=settings.keystore_days)
    if not folder.is_dir():
        return yellow(what, "the folder is away: not looked at", "see that no copy there is older than %(limit)s", limit=limit)
    there = copies.made_in(folder, settings.agency)
    old = [place.name for place in there if copies.outlived(settings, place, datetime.now(UTC))]
    if old or copies.half_made_in(folder, settings.agency):
        said = translate("%(old)s: what was erased since opens with it", old=", ".join(old) or translate("one that was interrupted"))
        return yellow(
            what,
            said,
            "`./nrm agency keystore --to %(folder)s` makes a new one and destroys what is older than %(limit)s",
            folder=folder,
            limit=limit,
        )
    return green(what, "%(there)s, none older than %(limit)s", there=len(there), limit=limit)
