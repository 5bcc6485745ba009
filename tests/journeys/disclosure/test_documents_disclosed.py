"""Documents reach who may read all that stands on them, and nobody else: attached, told to who joins, read, copied, taken back, erased."""

from collections.abc import Callable
from functools import partial

import pytest

from shared.protocol.vocabulary import DataClass, Need
from tests.journeys.disclosure.controls import Talkative
from tests.journeys.disclosure.land import INSTANCES, LEADING, REPORTING
from tests.journeys.disclosure.mandates import PAPERS
from tests.journeys.disclosure.papers import Bare, content_of, kept_by
from tests.journeys.disclosure.stories_of_the_person import Disclosure
from tests.journeys.disclosure.test_disclosure import played

POLICE = "assistance.rs-pol"
ALL = tuple(DataClass)[1:9]
HERE, WITH_LEAD, WITH_POLICE = {"rs-insp"}, {"rs-insp", "rs-lead"}, {"rs-insp", "rs-pol"}
OF_A_CHILD = dict.fromkeys(PAPERS, WITH_LEAD)
OF_AN_ADULT = dict.fromkeys(PAPERS, HERE) | {"employment_paper": WITH_POLICE, "proceedings_paper": WITH_POLICE}
"""Kind → who reads what the inspectorate attached (docs/domain.md, section 2.6). Of a child the lead reads all; an adult agreed that the
police know everything for their investigation, which needs two kinds of papers."""


def attaches(story: Disclosure, age: str) -> None:
    """One of each kind is attached; the migration service joins; all is carried to whom it is for."""
    story.begins(age, consent=True, danger=False, joined=True)
    story.the_person_agrees(0, "rs-pol", Need.INVESTIGATION, ALL, None) if age == "adult" else None
    story.all_settles()
    for kind in sorted(PAPERS):
        story.a_document_is_attached(0, REPORTING, kind)
    joins(story)


def joins(story: Disclosure) -> None:
    story.lead_adds(0, "rs-migr", Need.RESIDENCE)
    story.all_settles()
    carried(story)


def carried(story: Disclosure) -> None:
    for me in (*INSTANCES, *INSTANCES):
        story.pieces_are_carried(me)


@pytest.mark.parametrize(("age", "readers"), [("child", OF_A_CHILD), ("adult", OF_AN_ADULT)])
def test_each_kind_is_read_by_whom_it_is_for(age: str, readers: dict[str, set[str]]) -> None:
    with played(Disclosure(), partial(attaches, age=age)) as story:
        case = story.cases[0]
        assert {kind: story.readers(case, kind) for kind in readers} == readers
        for me in (REPORTING, LEADING, POLICE):
            for one in story.documents(me, case):
                (planted,) = [paper for paper in story.watch.papers if paper.ref == one.ref]
                assert content_of(story.land.instance(me), one.ref) == planted.content
            story.a_document_is_read(0, me, 0)
        story.watch.disks()
        story.watch.folders()


def test_who_agrees_later_is_read_then_and_what_is_withdrawn_goes_to_nobody_new() -> None:
    with played(Disclosure(), lambda story: story.begins("adult", consent=True, danger=False, joined=True)) as story:
        case = story.cases[0]
        attach_and_carry(story)
        assert story.readers(case, "employment_paper") == HERE
        story.the_person_agrees(0, "rs-pol", Need.INVESTIGATION, ALL, None)
        story.all_settles()
        carried(story)
        assert story.readers(case, "employment_paper") == WITH_POLICE, "released later, it is told then"
        (one,) = story.documents(POLICE, case)
        assert content_of(story.land.instance(POLICE), one.ref) == story.watch.papers[0].content
        story.consent_is_withdrawn(0, "rs-pol", (DataClass.D3,))
        story.all_settles()
        attach_and_carry(story)
        assert len(story.documents(REPORTING, case)) == 2
        second = story.watch.papers[1].ref
        assert second.id not in kept_by(story.land.instance(POLICE)), "nothing new after that"
        story.a_document_is_taken_back(0, REPORTING)
        story.all_settles()
        assert [doc.ref for doc in story.documents(REPORTING, case)] == [second]
        story.watch.disks()
        story.watch.folders()


def test_what_one_agency_erases_is_gone_there_and_stays_with_the_others() -> None:
    with played(Disclosure(), partial(attaches, age="adult")) as story:
        case = story.cases[0]
        before = len(story.documents(POLICE, case))
        gone = story.documents(POLICE, case)[0].ref
        story.a_document_is_erased(0, POLICE)
        assert len(story.documents(POLICE, case)) == before - 1
        assert gone in [one.ref for one in story.documents(REPORTING, case)], "who attached it keeps it"
        joins(story)
        assert gone not in [one.ref for one in story.documents(POLICE, case)], "and nobody tells it again"
        story.watch.disks()
        story.watch.folders()


def attach_and_carry(story: Disclosure) -> None:
    story.a_document_is_attached(0, REPORTING, "employment_paper")
    story.all_settles()
    carried(story)


class Unsealed(Disclosure):
    """Stories of a land whose couriers send pieces as they are."""

    carrying = Bare


@pytest.mark.parametrize(
    ("story", "said"),
    [
        (lambda: Disclosure(Talkative), "is told of (employment|identity)_paper, which it does not need or may not know"),
        (Unsealed, "the topic of documents shows the content of one"),
    ],
    ids=["whoever reads the class", "not sealed"],
)
def test_a_land_without_a_rule_of_documents_is_found_out(story: Callable[[], Disclosure], said: str) -> None:
    with pytest.raises(AssertionError, match=said), played(story(), partial(attaches, age="adult")):
        pass
