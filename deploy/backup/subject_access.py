"""`./nrm agency subject-access`: a person asks for a copy of what this agency holds. A second officer looks at it and releases it on the
page of the case; then this writes it out, once."""

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlmodel import Session

from deploy.brokers.topics import CASE_EVENTS
from deploy.databases.transaction import database
from deploy.language_choice import translate
from deploy.process.country_file import country_of
from deploy.process.keys import SEALING, keystore_of
from deploy.trouble import Trouble
from shared.casework.access_requests import TAKEN_WITHIN, IdentityCheck
from shared.casework.case_reader import CaseReader
from shared.casework.person_requests import RequestState, RightAsked, read
from shared.config.clock import WallClock, wall
from shared.config.country import Country
from shared.config.i18n import N_
from shared.config.settings import Settings
from shared.crypto.keyring import Unusable
from shared.decisions.state import State
from shared.privacy.requests_from_outside import ask, latest, take
from shared.protocol.case import service_of
from shared.store.document_folder import DocumentFolder, DocumentShelf
from shared.store.rights_tables import PersonRequest
from shared.store.tables import CaseView
from shared.web.case.account_paper import PaperCopy
from shared.web.case.document_set import document_set
from shared.web.case.rights_copy import account_of, file_of
from shared.web.http.pages import day, when
from shared.web.text.phrases import Speaker, Words

LANGUAGE = "en"
NEXT = {
    RequestState.STOPPED: N_(
        "stopped, because somebody may have made the person ask: another officer talks to the person alone, and says so on the page of "
        "the case (Rights of the person)"
    ),
    RequestState.WAITS: N_(
        "waits for a second officer, who looks at the copy on the page of the case (Rights of the person) and releases it"
    ),
    RequestState.RELEASED: N_("released: write it out within %(minutes)s minutes of the release (--to FOLDER), and hand it over in person"),
    RequestState.DONE: N_("handed over"),
    RequestState.ENDED: N_("taken back"),
}  # fmt: skip


class KnowingInstance(NamedTuple):
    """An instance that knows the case."""

    name: str
    url: str


def subject_access(
    settings: Settings, urls: Mapping[str, str], case: str, by: str, identity: str | None = None, to: Path | None = None
) -> list[str]:
    """Write a request down (`identity`), write a released copy out (`to`), or say how far it is; a sentence for each instance that knows
    the case. Raises Trouble."""
    if not settings.sealed:
        raise Trouble("This installation keeps no keystore (NRM_SEALED=false): use the page of the case.")
    if not by.strip():
        raise Trouble("Say which officer does this (--by).")
    if identity and identity not in list(IdentityCheck):
        raise Trouble("Say how it was checked who asks (--identity): document, known or representative.")
    country, places = country_of(settings.country), list(_knowing(urls, case))
    if not places:
        raise Trouble(
            "No instance of %(agency)s knows a case %(case)s; the full id is in the address of its page.", agency=settings.agency, case=case
        )
    said: list[str] = []
    for place in places:
        with database(place.name, place.url) as session:
            row = ask(session, case, by.strip(), wall(), IdentityCheck(identity), country) if identity else latest(session, case)
            files = _written(settings, country, place, session, row, by.strip(), to) if row and to else []
            said += [f"{place.name}: {_how_far(row)}", *files]
    return said


def _knowing(urls: Mapping[str, str], case: str) -> Iterator[KnowingInstance]:
    for name, url in urls.items():
        if service_of(name) in SEALING:
            with database(name, url) as session:
                if session.get(CaseView, case) is not None:
                    yield KnowingInstance(name, url)


def _how_far(row: PersonRequest | None) -> str:
    if row is None:
        return translate("nothing was asked; write it down with --identity")
    return translate(NEXT.get(RequestState(row.state), row.state), minutes=TAKEN_WITHIN // 60_000)


def _written(
    settings: Settings, country: Country, place: KnowingInstance, session: Session, row: PersonRequest, by: str, to: Path
) -> list[str]:  # fmt: skip
    """The files; the row says that they were taken, in the same transaction. Nothing is written where that may not be."""
    try:
        keys = keystore_of(settings, place.name)
    except (Unusable, OSError) as error:
        raise Trouble("The keystore of %(place)s cannot be used: %(why)s", place=place.name, why=Trouble.of(error)) from None
    asked = read(keys, row)
    if not asked.legible or not take(session, row, by, wall()):
        return []
    state = State(place.name, country, session.get_bind(), WallClock(), CASE_EVENTS, keystore=keys)  # pyright: ignore
    if (kept := settings.documents_in_use() / place.name).is_dir():
        state.keeps_documents(DocumentShelf(DocumentFolder(kept)))
    reader = CaseReader(state, session)
    to.mkdir(parents=True, exist_ok=True, mode=0o700)
    return [*(_file(reader, asked, format, to) for format in ("pdf", "json")), *_documents(reader, asked, to)]


def _file(reader: CaseReader, asked: RightAsked, format: str, to: Path) -> str:
    zone = ZoneInfo(reader.country.zone)
    speaker = Speaker(Words(), reader.country, wall(), partial(when, zone=zone), day)
    copy = PaperCopy(asked.decided_at or asked.at, asked.id[:8], LANGUAGE)
    return _put(reader, copy.mark, format, to, [file_of(speaker, asked, account_of(reader, asked), copy, format)])


def _documents(reader: CaseReader, asked: RightAsked, to: Path) -> list[str]:
    """The documents that go along, where there are any."""
    found, mark = account_of(reader, asked).documents, asked.id[:8]
    if reader.instance.documents is None or not any(one.goes_along for one in found):
        return []
    return [_put(reader, mark, "zip", to, document_set(reader.instance.documents.folder, found, mark))]


def _put(reader: CaseReader, mark: str, format: str, to: Path, content: Iterable[bytes]) -> str:
    path = to / f"document-{mark}-{service_of(reader.instance.me)}.{format}"
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.writelines(content)
    return str(path)
