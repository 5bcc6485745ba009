"""Stories in which documents are attached, looked at, copied, sent once more and taken back, while consent comes and goes."""

from hypothesis import strategies as st
from hypothesis.stateful import rule

from shared.casework.documents import AttachDocument, CaseDocument, attach_document, documents_of, would_read
from shared.casework.rights import RIGHTS
from shared.casework.rights_requests import ExportFile
from shared.casework.stating import NewStatement, StateFacts
from shared.privacy.document_intake import PieceMissing
from shared.privacy.erasure import erase_statement
from shared.privacy.erasure_requests import HoldDecision
from shared.protocol.case import agency_of, service_of
from shared.protocol.vocabulary import Source
from tests.journeys.disclosure.land import INSTANCES, LEADING, REPORTING
from tests.journeys.disclosure.mandates import PAPERS
from tests.journeys.disclosure.papers import PlantedPaper, content_of, sealed
from tests.journeys.disclosure.stories import COUNT, CaseStories

WHO = (REPORTING, LEADING, "assistance.rs-pol", "assistance.rs-ngo")


class DocumentStories(CaseStories):
    """The stories of a case with papers in it."""

    @rule(n=COUNT, me=st.sampled_from(WHO), kind=st.sampled_from(sorted(PAPERS)))
    def a_document_is_attached(self, n: int, me: str, kind: str) -> None:
        case, number = self.pick(n), self.land.forms
        instance, picture = self.land.instance(me), self.land.case(me, case)
        if picture is None or instance.documents is None:
            return
        content = f"Inside{number}x".encode() * 9
        ref = sealed(instance.documents.folder, f"Paper{number}x.png", content)
        shown = tuple(would_read(picture, kind, instance.agency, self.land.clock.at + 1000))
        if self.land.decide(me, attach_document, AttachDocument(case=case, kind=kind, value=ref.written(), shown=shown)):
            self.watch.stated[ref.name] = (case, instance.agency, kind)
            self.watch.papers.append(PlantedPaper(case, me, kind, ref, content))
        else:
            instance.documents.folder.drop(ref.id)

    @rule(me=st.sampled_from(INSTANCES))
    def pieces_are_carried(self, me: str) -> None:
        self.land.carry(me)
        self.watch.folders()

    @rule(n=COUNT, me=st.sampled_from(WHO), k=COUNT)
    def a_document_is_read(self, n: int, me: str, k: int) -> None:
        """Whoever has a document on file reads what was attached, or hears that a piece is not there."""
        case = self.pick(n)
        for one in self.documents(me, case)[k % 3 :][:1]:
            (planted,) = [paper for paper in self.watch.papers if paper.ref == one.ref]
            try:
                assert content_of(self.land.instance(me), one.ref) == planted.content, f"{me} reads something else"
            except PieceMissing:
                continue
            self.land.decide(me, RIGHTS["export-file"].use_case, ExportFile(case=case, words="for the court"))

    @rule(n=COUNT, me=st.sampled_from(WHO))
    def a_document_is_sent_once_more(self, n: int, me: str) -> None:
        for one in self.documents(me, self.pick(n))[:1]:
            held = self.land.instance(me).documents
            if held and held.folder.here(one.ref.id):
                held.folder.send_from(one.ref.id, 0)

    @rule(n=COUNT, me=st.sampled_from(WHO))
    def a_document_is_taken_back(self, n: int, me: str) -> None:
        case = self.pick(n)
        for one in self.documents(me, case)[:1]:
            gone = NewStatement(field=one.said.field, source=Source.AGENCY, supersedes=one.said.id, withdrawn=True)
            self.land.decide(me, self.stating[service_of(me)], StateFacts(case=case, statements=(gone,)))

    @rule(n=COUNT, me=st.sampled_from(WHO))
    def a_document_is_erased(self, n: int, me: str) -> None:
        """One agency erases what is stated of a document, and with it its key: there it can be read no more, and elsewhere it stays. What
        is not on the log yet nobody can ask that of."""
        case, instance = self.pick(n), self.land.instance(me)
        for one in [one for one in self.documents(me, case) if not one.said.waiting][:1]:
            order = HoldDecision("o1", "she asked for it", self.land.clock.at)
            assert erase_statement(instance, instance.transact, case, one.said.id, order)
            assert one.ref.id not in {left.ref.id for left in self.documents(me, case)}
            self.watch.folders()

    def documents(self, me: str, case: str) -> list[CaseDocument]:
        """What an instance shows of documents: those that stand."""
        found = self.land.instance(me).transact(lambda work: documents_of(work, case))
        return [one for one in found if one.said.stands]

    def readers(self, case: str, kind: str) -> set[str]:
        """The agencies that show a document of this kind."""
        return {agency_of(me) for me in INSTANCES if any(one.said.field == kind for one in self.documents(me, case))}
