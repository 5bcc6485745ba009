"""The oracle is sharp: whatever is taken away, altered, doubled or put where it should not be, it finds."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import pytest

from deploy.oracle import Row, Rows
from deploy.oracle.decisions import USUAL
from deploy.oracle.law import laws
from deploy.oracle.records import _home, from_topic  # pyright: ignore[reportPrivateUsage]
from deploy.oracle.states import Walk
from deploy.oracle.waits import EXPLAINED, PAUSED
from deploy.proving.simulation.history import Tally, staged
from deploy.proving.simulation.land import LEAD, PARTITIONS
from deploy.proving.simulation.scene import Scene
from shared.records.reader import home

WAITED = 6
"""A seed of protocol 2."""
POLICE, NGO, REPORTER = "assistance.rs-pol", "assistance.rs-ngo", "intake.rs-insp"


@pytest.fixture(scope="module")
def played(first_story: tuple[Tally, Scene | None]) -> Scene:
    _, scene = first_story
    assert scene is not None
    assert scene.judge().ok, scene.judge().sentences()
    return scene


@pytest.fixture
def scene(played: Scene) -> Scene:
    """A copy to tamper with."""
    for rows in played.there.values():
        for known in ("by_event", "settling", "_checkpoints"):
            rows.__dict__.pop(known, None)
    return deepcopy(played)


def kinds(scene: Scene) -> set[str]:
    """What is found to be wrong."""
    return {kind for kind, said in scene.judge().wrong.items() if said}


def own(rows: Rows, verdict: str = "counted", **like: str) -> Row:
    """A record of this instance's own with this verdict, told in its journal."""
    return next(r for r in rows.journal if r["author"] == rows.name and r["verdict"] == verdict and like.items() <= r.items())


def in_force(rows: Rows) -> Row:
    """A picture in force that has a hand-off."""
    return next(p for case in rows.views if (p := rows.in_force(case)) and p["handoffs"])


def test_a_decision_without_its_record_is_lost(scene: Scene) -> None:
    rows = scene.there[LEAD]
    rows.journal.remove(own(rows))
    assert "lost" in kinds(scene)


def test_what_a_person_was_promised_and_nobody_knows_is_lost(scene: Scene) -> None:
    scene.promised["f" * 32] = POLICE
    assert kinds(scene) == {"lost"}
    scene.undone.add("f" * 32)
    assert kinds(scene) == set()


def test_a_decision_settled_twice_is_found(scene: Scene) -> None:
    rows = scene.there[NGO]
    rows.journal.append({**next(r for r in rows.journal if r["verdict"] == "counted"), "event": "another"})
    assert "twice" in kinds(scene)


def test_a_decision_that_counts_though_it_ended_is_found(scene: Scene) -> None:
    done = next(row for row in scene.there[LEAD].outbox if row["state"] == "done")
    done["state"] = "removed"
    assert "twice" in kinds(scene)


def test_an_order_that_is_not_that_of_the_decisions_is_found(scene: Scene) -> None:
    outbox = scene.there[LEAD].outbox
    case = next(r["case"] for r in outbox if sum(o["case"] == r["case"] and o["turn"] == USUAL for o in outbox) > 2)
    mine = [n for n, r in enumerate(outbox) if r["case"] == case and r["turn"] == USUAL and r["key"] not in scene.undone]
    outbox[mine[0]], outbox[mine[-1]] = outbox[mine[-1]], outbox[mine[0]]
    assert kinds(scene) == {"disordered"}


def test_a_member_that_waits_for_its_checkpoint_is_found(scene: Scene) -> None:
    case = in_force(scene.there[POLICE])["id"]
    scene.there[POLICE].views[case]["since"] = 0
    assert {"stuck", "differing"} <= kinds(scene)


@pytest.mark.parametrize("everywhere", [False, True])
def test_another_state_of_a_hand_off_is_found_even_if_all_members_agree(scene: Scene, everywhere: bool) -> None:
    case = in_force(scene.there[POLICE])["id"]
    for rows in scene.there.values() if everywhere else [scene.there[POLICE]]:
        view = rows.views.get(case)
        if view and view["case"]:
            handoff = next(iter(view["case"]["handoffs"].values()))
            handoff["state"] = "declined" if handoff["state"] != "declined" else "accepted"
    said = scene.judge().differing
    assert any("differ in case" in s for s in said) is not everywhere
    assert any("not what the log tells: handoffs" in s for s in said) is everywhere


def test_a_verdict_that_the_log_does_not_allow_is_found_even_if_all_agree(scene: Scene) -> None:
    event = own(scene.there[LEAD], type="handoff.requested.v1")["event"]
    for rows in scene.there.values():
        for row in (r for r in rows.journal if r["event"] == event):
            row["verdict"] = "repeated"
    assert [s for s in scene.judge().differing if "is repeated at the lead, and settles by the log" in s]


def test_what_counts_though_the_states_forbid_it_is_found(scene: Scene) -> None:
    events = {r["event"] for r in scene.there[LEAD].journal if r["verdict"] == "superseded"}
    for rows in scene.there.values():
        for row in (r for r in rows.journal if r["event"] in events):
            row["verdict"] = "counted"
    assert "illegal" in kinds(scene)


def test_a_section_kept_by_who_may_not_have_it_is_found(scene: Scene) -> None:
    row = next(r for r in scene.there["assistance.rs-health"].journal if "D2" not in json.loads(r["body"]) and r["case"])
    row["body"] = json.dumps({**json.loads(row["body"]), "D2": {"forms": ["LAB"]}})
    assert kinds(scene) == {"misplaced", "altered"}, "and the chain says that somebody changed the row"


def test_a_section_that_a_member_lacks_is_found(scene: Scene) -> None:
    row = next(r for r in scene.there[LEAD].journal if "D1" in json.loads(r["body"]) and r["verdict"] == "counted")
    row["body"] = json.dumps({k: v for k, v in json.loads(row["body"]).items() if k != "D1"})
    assert kinds(scene) == {"lost", "altered"}


def test_a_case_at_an_intake_that_did_not_open_it_is_found(scene: Scene) -> None:
    case = next(r["case"] for r in scene.there["intake.rs-ngo"].journal if r["author"] == "intake.rs-ngo")
    scene.there[REPORTER].views[case] = deepcopy(scene.there["intake.rs-ngo"].views[case])
    assert "misplaced" in kinds(scene)


@pytest.fixture(scope="module")
def waited(templates: Path) -> Scene:
    """A country in which clocks stood still, and somebody said why something waits."""
    _, scene = staged(WAITED, 900, templates=templates)
    assert scene is not None
    assert scene.judge().ok, scene.judge().sentences()
    return scene


def test_pauses_and_words_on_what_waits_are_played_and_judged(waited: Scene) -> None:
    said = {(row["type"], row["verdict"]) for rows in waited.there.values() for row in rows.journal}
    assert {(PAUSED, "counted"), (EXPLAINED, "counted")} <= said, "the story is too tame"


@pytest.mark.parametrize("field", ["pauses", "delays"])
def test_a_pause_or_a_word_that_everybody_has_and_nobody_said_is_found(waited: Scene, field: str) -> None:
    """All members agree, so that only the oracle's own reading of the log can tell."""
    lead = waited.there[LEAD]
    case = next(case for case in lead.views if (picture := lead.in_force(case)) and picture.get(field))
    kept = [(rows, rows.in_force(case)) for rows in waited.there.values()]
    pictures = [(picture, picture[field]) for _, picture in kept if picture]
    for picture, said in pictures:
        picture[field] = said[:-1]
    assert [one for one in waited.judge().differing if one.endswith(f"is not what the log tells: {field}")]
    for picture, said in pictures:
        picture[field] = said
    assert waited.judge().ok


def test_a_word_on_what_waits_of_who_need_not_move_is_found_where_it_counts(waited: Scene) -> None:
    met = 0
    for law in laws(from_topic(waited.topic, PARTITIONS)):
        walk, lead = Walk(law), waited.there[f"referral.{law.lead}"]
        for said in law.settled.values():
            counted = lead.by_event[said.event]["verdict"] == "counted"
            others = [name for name in law.before(said.place) if name not in (said.agency, law.lead)]
            if counted and said.type == EXPLAINED and others:
                met += 1
                assert not walk.forbids(said)
                assert walk.forbids(replace(said, author=f"assistance.{others[0]}")) == "its author is not the one who must move"
                assert walk.forbids(replace(said, facts=said.facts | {"handoff": "h", "task": "t"})) == "it is about one thing"
            if counted:
                walk.count(said)
    assert met


def test_a_duty_that_the_picture_does_not_have_is_found(scene: Scene) -> None:
    case = in_force(scene.there[POLICE])["id"]
    duty = next(row for row in scene.there[POLICE].duties if row["case"] == case)
    duty["open"] = not duty["open"]
    assert kinds(scene) == {"differing"}


def test_parked_fenced_and_unsent_are_found(scene: Scene) -> None:
    scene.there[POLICE].parked, scene.there[NGO].fence = 1, "another log"
    scene.there[LEAD].statistics["record"] = False
    assert kinds(scene) == {"parked", "fenced", "statistics"}


def test_databases_alone_are_judged_alike(scene: Scene) -> None:
    from deploy.oracle import judge

    found = judge(scene.there)
    assert {k: v for k, v in found.wrong.items() if k != "unreadable" and v} == {}
    scene.there[LEAD].journal.remove(own(scene.there[LEAD]))
    assert judge(scene.there).lost


def test_both_readings_place_a_case_alike() -> None:
    keys = [f"{n}-case".encode() * (n % 5 + 1) for n in range(500)]
    assert [_home(key, 7) for key in keys] == [home(key, 7) for key in keys]
