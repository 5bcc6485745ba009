"""Documents: whether a scanner looks through them, and whether they have room."""

import asyncio
import shutil
from collections.abc import Iterator

from deploy.doctor.finding import Finding, green, red, yellow
from deploy.doctor.machine import room
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from shared.privacy.virus_scanner import answers
from shared.store.document_folder import DocumentFolder


def documents(patient: Patient) -> Iterator[Finding]:
    """The scanner and the folder of an agency that has cases."""
    settings = patient.settings
    if patient.services == ("reporting",):
        return
    yield _scanner(settings.scanner, production=settings.env == "production")
    folder = settings.documents_in_use()
    if not folder.is_dir():
        return
    yield room(shutil.disk_usage(folder).free, "documents")
    for one in sorted(each for each in folder.iterdir() if each.is_dir()):
        waiting = len(DocumentFolder(one).on_their_way())
        if waiting:
            yield yellow(
                "documents of %(one)s",
                "%(waiting)s not sent yet",
                "nothing, if the bus was away just now; else look at the log",
                one=one.name,
                waiting=waiting,
            )


def _scanner(scanner: str, *, production: bool) -> Finding:
    if not scanner:
        said = translate("no scanner of viruses is set")
        if production:
            return red(
                "documents", "%(said)s, so no document is taken", "run clamd, and set NRM_SCANNER to its socket or HOST:PORT", said=said
            )
        return yellow("documents", said, "set NRM_SCANNER; production takes no document without one")
    if asyncio.run(answers(scanner)):
        return green("documents", "the scanner at %(scanner)s answers", scanner=scanner)
    return red(
        "documents",
        "the scanner at %(scanner)s does not answer, so no document is taken",
        "see that clamd runs; check NRM_SCANNER",
        scanner=scanner,
    )
