"""Pictures: what they say is true, fits, is escaped, and is said again as a table."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.protocol.case import HandoffState, TaskState
from shared.web.drawing.case_path import WIDTH
from shared.web.drawing.drawings import (  # fmt: skip
    WORDS,
    Bar,
    Cell,
    DrawnTask,
    Lane,
    Pass,
    bars,
    bars_rows,
    case_path,
    case_path_head,
    case_path_rows,
    latency_matrix,
    layout,
    matrix_rows,
)
from shared.web.drawing.flows import TimeSpan, spans
from shared.web.drawing.svg import axis, clip, text_width, wrap
from shared.web.drawing.waiting_room import Waiting, waiting_room
from shared.web.text.cyrillic import to_cyrillic

H = 3_600_000
D = 24 * H
LANES = [Lane("insp", "Labour inspectorate"), Lane("police", "Police"), Lane("ngo", "NGO")]
HOSTILE = '<script>alert("1")</script> & \x00\u202e\''


def drawn(*passes, tasks=(), now=10 * D, **rest):
    return str(case_path(LANES, passes, tasks, now, "Way", **rest))


def texts(svg: str) -> list[str]:
    return [element.text or "" for element in ElementTree.fromstring(svg).iter() if element.tag.endswith("}text")]


def test_a_waiting_hand_off_is_dashed_and_due():
    svg = drawn(Pass("insp", "police", "safety", "requested", 8 * D, 11 * D))
    assert 'stroke-dasharray="7 5"' in svg
    assert 'class="deadline"' in svg
    assert "late-marker" not in svg
    assert "1 safety: waiting 2 d, due in 1 d" in texts(svg)


def test_beyond_the_deadline_it_is_red_dashed_marked_and_said():
    svg = drawn(Pass("insp", "police", "safety", "acknowledged", 6 * D, 7 * D))
    assert "late-marker" in svg
    assert re.search(r'stroke="#ca3535" stroke-width="6" stroke-dasharray="3 3"', svg)
    assert "1 safety: waiting 4 d, late by 3 d" in texts(svg)


def test_held_is_solid_until_it_ends():
    svg = drawn(Pass("insp", "police", "safety", "accepted", D, 3 * D, 2 * D))
    assert '<line x1="' in svg
    assert 'stroke="#00703c" stroke-width="5"></line>' in svg
    assert "end-accepted" in svg
    assert "late-marker" not in svg


@pytest.mark.parametrize(
    ("state", "sign"),
    [("declined", "end-declined"), ("returned", "end-declined"), ("expired", "end-expired"), ("called", "end-called"), ("x", "end-other")],
)
def test_each_ending_has_its_shape(state, sign):
    svg = drawn(Pass("insp", "police", "x", state, D, None, 2 * D, 2 * D))
    assert sign in svg


def test_tasks_run_side_by_side_within_the_joint_action():
    tasks = [DrawnTask("insp", "site", "begun", 6 * D, 7 * D), DrawnTask("police", "guard", "completed", 6 * D, 9 * D, 8 * D)]
    svg = drawn(tasks=tasks)
    assert "joint action" in texts(svg)
    assert 'fill-opacity="0.1"' in svg
    assert "site: begun 4 d, late by 3 d" in texts(svg)
    assert "end-completed" in svg
    assert "joint action" not in texts(drawn(Pass("insp", "ngo", "x", "requested", D)))


def test_hostile_text_stays_text():
    svg = str(case_path([Lane("x", HOSTILE)], [Pass("x", "y", HOSTILE, HOSTILE, 0, None, 1, 1)], [], D, HOSTILE, key="k"))
    ElementTree.fromstring(svg)
    for made in (svg, str(latency_matrix({"a": HOSTILE}, [Cell("a", "a", 1, 2)], HOSTILE)), str(bars([Bar(HOSTILE, 1, HOSTILE)], HOSTILE))):
        assert "<script" not in made
        assert "\x00" not in made
        assert "\u202e" not in made


def test_a_picture_is_named_described_and_needs_no_style():
    svg = drawn(Pass("insp", "police", "safety", "requested", 8 * D), key="k1", simulated=True)
    root = ElementTree.fromstring(svg)
    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "k1-title"
    assert "Labour inspectorate → Police: 1 safety: waiting 2 d" in svg
    assert "style=" not in svg
    assert "simulated data" in texts(svg)


def test_words_can_be_translated():
    labels = {word: f"«{word}»" for word in WORDS}
    one = Pass("insp", "police", "safety", "called", D, 2 * D, 3 * D, 3 * D)
    said = texts(drawn(one, tasks=[DrawnTask("ngo", "t", "planned", 3 * D)], labels=labels))
    names = {"Labour inspectorate", "Police", "NGO", "0"}
    assert all("«" in text for text in said if text not in names)
    assert case_path_head(labels)[0] == "«What»"
    for state in (*HandoffState, *TaskState):
        ((*_, said, _, _),) = case_path_rows(LANES, [Pass("insp", "police", "safety", state, D, 2 * D, 3 * D, 3 * D)], [], 9 * D, labels)
        assert "«" in said, state


def test_the_twin_says_the_same():
    later = Pass("police", "ngo", "housing", "requested", 9 * D, 9 * D + 12 * H)
    passes = [later, Pass("insp", "gone", "safety", "declined", D, 3 * D, 2 * D, 2 * D)]
    rows = case_path_rows(LANES, passes, [DrawnTask("ngo", "bed", "begun", 9 * D)], 10 * D, when=lambda at: f"day {at / D:g}")
    assert rows == [
        ["1 safety", "Labour inspectorate", "gone", "day 1", "day 3", "declined", "1 d", "–"],
        ["2 housing", "Police", "NGO", "day 9", "day 9.5", "waiting", "1 d", "12 h"],
        ["bed", "–", "NGO", "day 9", "–", "begun", "1 d", "–"],
    ]
    assert len(case_path_head()) == len(rows[0])


moments = st.integers(0, 400 * D)
hand_offs = st.builds(
    Pass, giver=st.sampled_from(["insp", "police", "ngo", "", "who"]), taker=st.sampled_from(["insp", "police", "ngo"]),
    label=st.text(max_size=90),
    state=st.sampled_from(["requested", "accepted", "declined", "expired", "called", "completed", "returned"]), asked=moments,
    deadline=st.none() | moments, answered=st.none() | moments, ended=st.none() | moments,
)  # fmt: skip
chores = st.builds(
    DrawnTask, owner=st.sampled_from(["insp", "ngo"]), label=st.text(max_size=40), state=st.just("begun"), start=moments,
    deadline=st.none() | moments,
)  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(st.lists(hand_offs, max_size=9), st.lists(chores, max_size=4), moments)
def test_nothing_collides_or_leaves_the_picture(passes, tasks, now):
    ElementTree.fromstring(drawn(*passes, tasks=tasks, now=now))
    at, boxes = layout(LANES, passes, tasks, now), {}
    for number, one in enumerate(at.stretches):
        left, right = at.text_x(one), at.text_x(one) + text_width(at.label(one), 14)
        assert at.gutter <= left < right <= WIDTH
        assert at.gutter <= at.x(one.start) <= at.x(one.end) <= WIDTH
        boxes.setdefault(at.y(number), []).append((min(left, at.x(one.start)), max(right, at.x(one.end))))
    for row in boxes.values():
        row.sort()
        assert all(before[1] <= after[0] for before, after in zip(row, row[1:], strict=False))


@given(st.floats(60, 5_000 * 86400), st.sampled_from([300.0, 760.0]))
def test_the_axis_never_overlaps_its_labels(span, room):
    ticks = axis(span, room, {})
    assert ticks[0] == (0.0, "0")
    for (one, left), (two, right) in zip(ticks, ticks[1:], strict=False):
        assert (two - one) / span * room >= (text_width(left, 13) + text_width(right, 13)) / 2


def test_the_axis_picks_its_unit():
    assert axis(40 * 60, 760, {})[-1][1] == "40 min"
    assert axis(20 * 3600, 760, {})[-1][1] == "20 h"
    assert axis(9 * 86400, 760, {"d": "pv"})[-1][1] == "9 pv"


def test_names_and_labels_are_whole_where_there_is_room():
    centre = "Centre for Human Trafficking Victims' Protection"
    asked = "1 an interpreter, and somebody who goes along to the doctor: waiting 22 d 11 h, late by 19 d 11 h"
    svg = str(case_path([Lane("a", centre), Lane("b", "Police")], [Pass("a", "b", asked[2:80], "requested", 0)], [], D, "Way"))
    assert "…" not in "".join(texts(svg))
    assert {"Centre for Human Trafficking", "Victims' Protection"} <= set(texts(svg))
    assert layout([Lane("a", "Police")], [], [], 0).gutter < layout([Lane("a", centre)], [], [], 0).gutter, (
        "short names leave the time its room"
    )


def test_long_names_are_wrapped_and_divided_and_never_cut():
    assert text_width(clip("m" * 99, 14, 100), 14) <= 100
    assert wrap("Centre for the protection of victims of trafficking", 15, 150)[0] == "Centre for the"
    assert wrap("Yhdenvertaisuusvaltuutettu", 13, 88) == ["Yhdenvertai-", "suusvaltuu-", "tettu"]
    assert wrap("Non-Discrimination Ombudsman", 13, 88)[0] == "Non-"
    assert "".join(wrap("m" * 99, 14, 100)).replace("-", "") == "m" * 99


COUNTRIES = Path(__file__).parents[4] / "deploy" / "countries"
NAMED = [one for file in sorted(COUNTRIES.glob("*.toml")) for one in tomllib.loads(file.read_text(encoding="utf-8"))["agencies"]]
NAMES = sorted({name for one in NAMED for name in (one["name"], *one.get("names", {}).values())}, key=len, reverse=True)


@pytest.mark.parametrize("in_script", [str, to_cyrillic])
@pytest.mark.parametrize("number", [2, 12])
def test_names_of_every_agency_stand_whole_in_each_picture(number: int, in_script: Callable[[str], str]):
    """Of all countries in all languages, the longest ones: nothing is cut, and no line is wider than its place."""
    some = [in_script(name) for name in NAMES[:number]]
    agencies = {f"a{n}": name for n, name in enumerate(some)}
    matrix = latency_matrix(agencies, [Cell(f"a{n}", f"a{number - 1 - n}", 60, 1) for n in range(number)], "Who answers whom")
    wide = 88 if number == 12 else 142
    heads = [line for name in some for line in wrap(name, 13, wide)]
    assert all(text_width(line, 13) <= wide for line in heads)
    assert set(heads) <= set(texts(str(matrix)))
    for picture in (
        matrix,
        case_path([Lane(id, name) for id, name in agencies.items()], [], [], D, "Way"),
        bars([Bar(name, 1, "1") for name in some], "Bars"),
        spans([TimeSpan(name, 1, 2, "1 s") for name in some], "Times"),
        waiting_room([Waiting(name, 5, 9, "5 s") for name in some], "Waiting"),
    ):
        said = "".join(texts(str(picture))).replace("-", "").replace(" ", "")
        assert "…" not in said
        assert all(name.replace("-", "").replace(" ", "") in said for name in some)


def test_the_matrix_shows_median_number_and_share_late():
    cells = [Cell("police", "insp", 80 * 3600, 12, 0.6, open=2), Cell("insp", "police", 600, 5)]
    svg = str(latency_matrix({"insp": "Inspectorate", "police": "Police"}, cells, "Who answers whom"))
    said = texts(svg)
    assert {"3 d 8 h", "n = 12 + 2 open", "▲ 60 % late", "10 min", "n = 5"} <= set(said)
    assert "▲ 0 % late" not in said
    assert matrix_rows({"insp": "Inspectorate", "police": "Police"}, cells) == [
        ["Inspectorate", "Police", "5", "0", "10 min", "0 %"], ["Police", "Inspectorate", "12", "2", "3 d 8 h", "60 %"],
    ]  # fmt: skip


def test_bars_say_their_value_and_mark_the_late():
    items = [Bar("seen", 10, "10 s"), Bar("answered", 0, "0 s", late=True)]
    svg = str(bars(items, "Stages"))
    assert "▲ 0 s" in texts(svg)
    assert "▲ 10 s" not in texts(svg)
    assert bars_rows(items) == [["seen", "10 s"], ["answered", "0 s"]]
    ElementTree.fromstring(str(bars([], "None")))
