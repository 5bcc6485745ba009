"""What a member with ill will, or an instance gone wrong, may send: it settles nothing of others, opens nothing, and stops nobody."""

import json
from dataclasses import asdict, replace
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.protocol.case import Case, Verdict
from shared.protocol.classes import EVENTS
from shared.protocol.clocks import clocks
from shared.protocol.core import Core, decision_key, encode
from shared.protocol.events import HandoffAccepted, TaskCompleted, TaskDropped, TaskPlanned
from shared.protocol.facts import Event
from shared.protocol.fold import fold
from shared.protocol.following import KeptRecord, View, follow
from shared.protocol.versions import NEWEST
from shared.records.codec import Unreadable, open_record
from tests.shared.protocol.cases import (
    LEADING,
    NGO,
    REPORTING,
    SOCIAL,
    START,
    Story,
    acting,
    core_of,
    held,
    member,
    opening,
    planned,
    request,
)
from tests.shared.protocol.plays import moves
from tests.shared.protocol.profiles import searching
from tests.shared.protocol.samples import FOLDER, OPEN
from tests.shared.protocol.wild import EVENT, made


def record(core: Core) -> bytes:
    """A core as it lies on the log, with nothing beside it."""
    return orjson.dumps({"core": encode(core).decode(), "sections": {}, "readers": {}})


def test_nobody_settles_the_decision_of_another() -> None:
    story = Story(SOCIAL, NGO)
    story.asks("a", LEADING, NGO)
    real = core_of(story.case, acting(NGO), HandoffAccepted(handoff="a"))
    forged = core_of(story.case, acting(SOCIAL), HandoffAccepted(handoff="a"), key=real.key, cause=real.cause, ordinal=real.ordinal)
    with pytest.raises(Unreadable, match="key is not its author's"):
        open_record(record(forged))
    opened = open_record(record(real))
    assert opened.core == real
    assert fold(story.case, opened.core).verdict is Verdict.COUNTED


@pytest.mark.parametrize(
    "other",
    [
        {"key": "k"}, {"key": ""}, {"cause": "another"}, {"ordinal": 1}, {"ordinal": -1}, {"author": acting(SOCIAL)},
        {"author": f"{acting(NGO)}\nform", "cause": "1", "key": decision_key(acting(NGO), "form\n1", 0)},
    ],
)  # fmt: skip
def test_a_record_whose_key_is_not_its_authors_is_unreadable(other: dict[str, Any]) -> None:
    core = core_of(Story(NGO).case, acting(NGO), HandoffAccepted(handoff="a"))
    assert open_record(record(core)).core == core
    with pytest.raises(Unreadable):
        open_record(record(replace(core, **other)))


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_a_sample_of_each_type_is_readable(name: str) -> None:
    there = FOLDER / f"{name}.json"
    gold = json.loads((there if there.exists() else OPEN / there.name).read_text())
    opened = open_record(record(Core(**gold["core"])))
    assert (opened.event, opened.core.type) == (gold["id"], name)


def test_a_core_of_another_case_neither_counts_nor_settles() -> None:
    story = Story(SOCIAL)
    said = core_of(story.case, LEADING, request("a", SOCIAL))
    folded = fold(story.case, replace(said, case="case-2"))
    assert (folded.verdict, folded.follow_ups) == (Verdict.REFUSED, ())
    assert folded.case is story.case
    assert fold(folded.case, said).verdict is Verdict.COUNTED


@pytest.mark.parametrize("protocol", [-1, 0, NEWEST + 1, 99])
def test_a_case_of_an_unknown_protocol_is_not_folded(protocol: int) -> None:
    folded = fold(None, core_of(None, REPORTING, opening().model_copy(update={"protocol": protocol})))
    assert (folded.case, folded.verdict, folded.follow_ups) == (None, Verdict.REFUSED, ())


@pytest.mark.parametrize("event", [TaskDropped(task=f"t-{SOCIAL}"), TaskCompleted(task=f"t-{SOCIAL}")])
def test_a_picture_whose_names_do_not_fit_is_folded_too(event: Event) -> None:
    story = held(SOCIAL, NGO)
    story.starts_joint(SOCIAL, NGO)
    story.counts(acting(SOCIAL), TaskPlanned(planned=planned("more", story[SOCIAL])))
    story.counts(acting(SOCIAL), TaskCompleted(task="t-more"))
    state = story.case.model_dump(mode="json")
    state["handoffs"][SOCIAL]["id"] = state["tasks"]["t-more"]["handoff"] = "other"
    case = Case.model_validate(state)
    assert fold(case, core_of(case, acting(SOCIAL), event)).verdict is Verdict.COUNTED


@searching(60)
@given(made(Case), EVENT, st.integers(0, START + 500))
def test_any_picture_that_a_checkpoint_may_hold_takes_any_event(case: Case, wild: Event, now: int) -> None:
    named = sorted({case.lead, *(h.to for h in case.handoffs.values()), *(t.owner for t in case.tasks.values())})
    entries = tuple(member(NGO).model_copy(update={"agency": agency}) for agency in named)
    case = case.model_copy(update={"members": entries, "closed_at": None})
    for author in [f"referral.{case.lead}", *map(acting, named)]:
        for event in (wild, *moves(case, author, "new", now)):
            core = core_of(case, author, event, now, key="new")
            assert fold(case, core) == fold(case, Core(**asdict(core)))
        clocks(case, author)


@searching(60)
@given(made(Case), EVENT, st.sampled_from(["intake", "referral", "assistance"]), st.booleans())
def test_any_record_may_come_to_any_view(case: Case, event: Event, service: str, left: bool) -> None:
    me = f"{service}.{case.lead}"
    for view in (View(), View(case, left=left), View(case, since=3, kept=(KeptRecord(3, "r", core_of(case, LEADING, event)),))):
        after, noted = follow(view, me, KeptRecord(4, "x", core_of(case, f"referral.{case.lead}", event, key="new")))
        assert noted
        assert after.member or after.left or after.since is not None or after == view
