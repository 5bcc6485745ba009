"""Keys and directory: whether this agency can seal and be sealed for, and for how long. `./nrm agency check`, and a part of the doctor."""

from collections.abc import Iterator
from datetime import UTC, datetime

from deploy.directory.listing import instances_of
from deploy.directory.overview import in_words
from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from deploy.process.keys import listing_of
from deploy.trouble import Trouble
from shared.config.clock import wall
from shared.crypto import keyring
from shared.crypto.directory import Directory, DirectoryStanding
from shared.crypto.keyring import USES, Unusable
from shared.crypto.protocols_read import holding_back
from shared.protocol.versions import NEWEST


def sealing(patient: Patient) -> Iterator[Finding]:
    """Root, directory, and the keys of each instance."""
    if not patient.settings.sealed:
        yield red("sealing", "events travel unsealed: whoever reads the bus reads them", "take NRM_SEALED=false away")
        return
    try:
        known = listing_of(patient.settings, patient.country)
    except Trouble as trouble:
        yield red("root", str(trouble), "set NRM_ROOT to what the coordinator says by phone")
        return
    directory = known.now if known else None
    if directory is None:
        yield yellow("directory", "none is known here yet", "lay directory.json beside the keys, or start: it comes by the bus")
    else:
        yield _standing(directory)
        yield _protocol(patient, directory)
    for instance in instances_of([patient.agency]):
        yield from _keys(patient, instance, directory)


def _standing(directory: Directory) -> Finding:
    standing = directory.standing(wall())
    ends = f"{datetime.fromtimestamp(directory.expires / 1000, UTC):%Y-%m-%d %H:%M}"
    until = translate("version %(version)s, until %(ends)s UTC", version=directory.version, ends=ends)
    if standing is DirectoryStanding.GOOD:
        return green("directory", until)
    if standing is DirectoryStanding.ENDING:
        return yellow("directory", "%(until)s: it ends soon", "tell the coordinator: `./nrm agency announce`", until=until)
    return red(
        "directory",
        "%(until)s: it has ended",
        "tell the coordinator at once: `./nrm agency announce`; what is decided waits here",
        until=until,
    )


def _protocol(patient: Patient, directory: Directory) -> Finding:
    """Under which protocol the country opens cases, and who keeps it from the newest."""
    behind = holding_back(directory)
    if not behind:
        return green("protocol", in_words(directory))
    if any(one.partition(".")[2] == patient.agency.id for one in behind):
        return yellow(
            "protocol",
            in_words(directory),
            "this release reads %(newest)s: `./nrm agency rotate --keep-keys`, tell the coordinator",
            newest=NEWEST,
        )
    return yellow("protocol", in_words(directory), "nothing is lost meanwhile; have those agencies upgraded and listed anew")


def _keys(patient: Patient, instance: str, directory: Directory | None) -> Iterator[Finding]:
    try:
        ring = keyring.read(patient.settings.keys_in_use(), instance)
    except Unusable as error:
        yield red("keys of %(instance)s", str(Trouble.of(error)), "see there", instance=instance)
        return
    listed = directory.instance(instance) if directory else None
    if directory is None:
        yield green("keys of %(instance)s", "there, readable by their owner alone", instance=instance)
    elif listed is None:
        yield red(
            "keys of %(instance)s",
            "the directory does not list them: nobody can seal for it",
            "tell the coordinator: `./nrm agency admit`",
            instance=instance,
        )
    else:
        now = {key.public for key in listed.keys if key.counts(directory.version, wall())}
        missing = [use for use in USES if ring.public(use) not in now]
        if missing:
            yield yellow(
                "keys of %(instance)s",
                "the newest are not listed yet; the former go on",
                "send the request: tell the coordinator",
                instance=instance,
            )
        else:
            yield green("keys of %(instance)s", "listed, readable by their owner alone", instance=instance)
