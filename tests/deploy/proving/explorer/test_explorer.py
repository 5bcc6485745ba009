"""The explorer meets every order of what may happen, finds nothing while all rules are in, and misses each rule that is taken out."""

from dataclasses import replace
from functools import cache

import pytest
from rich.console import Console

from deploy.proving.explorer import Bounds, Checkpoints, Found, Rules
from deploy.proving.explorer import explore as search
from deploy.proving.explorer.command import bounds_of, run
from deploy.proving.explorer.judging import at_rest
from deploy.proving.explorer.rules import NAMES
from deploy.proving.explorer.telling import told
from deploy.trouble import Trouble

PICTURES, TELLS = "the pictures of L and ", "withdrawn before it was sent"
PASSED_ON = Bounds(3, 0, "LMJ", acts=False, hands_over=True)
CONTROLS: dict[str, tuple[Bounds, str]] = {
    "fence": (Bounds(2, 0), "ended with the removal of its author and is settled all the same"),
    "settlement": (Bounds(2, 1), "is settled twice"),
    "buffer": (Bounds(3, 0, "L", acts=False), PICTURES),
    "place": (Bounds(3, 1, "L", acts=False), PICTURES),
    "one_at_a_time": (Bounds(2, 0), TELLS),
    "echo": (Bounds(1, 1), "was decided and never settled"),
    "removal": (Bounds(2, 0), "can never be said"),
    "withdrawal_first": (Bounds(2, 0), TELLS),
    "restated": (Bounds(2, 0), TELLS),
    "checkpoint_behind": (Bounds(2, 0), TELLS),
    "one_order": (Bounds(2, 1, "L"), PICTURES),
    "takes_away": (Bounds(3, 1, "L", acts=False), PICTURES),
    "handed_over": (PASSED_ON, "L and M both lead"),
    "passed_on": (PASSED_ON, "in the case are JLM, and by what the lead decided LM"),
}
"""Rule → bounds within which its absence goes wrong, and how. Each lies within one of those below."""

WITHIN = (Bounds(2, 1, "L"), Bounds(2, 1), Bounds(3, 1, "L", acts=False), Bounds(3, 0))

explore = cache(search)
"""Several tests ask about the same bounds, and the answer is always the same."""


def verdicts(found: Found) -> set[str]:
    """All verdicts that settled something where all was at rest."""
    return {verdict for state in found.origins for one in state.instances if one.view.picture for _, verdict in one.view.picture.settled}


def test_with_all_rules_nothing_goes_wrong_in_whatever_order_it_happens() -> None:
    seen = set[str]()
    for bounds in WITHIN:
        found = explore(bounds)
        assert not found.fault, "\n".join(told(found, bounds))
        assert found.states == len(found.origins)
        assert found.rest > 150, "the stories are too tame to show anything"
        seen |= verdicts(found)
    assert seen == {"counted", "superseded"}, "refused is only what a member's code would never send"


@pytest.mark.parametrize(
    ("bounds", "settled"),
    [(PASSED_ON, {"counted", "superseded", "refused"}), (Bounds(2, 1, acts=False, hands_over=True), {"counted"})],
    ids=["decisions", "trouble"],
)
def test_the_lead_passes_on_in_whatever_order_and_somebody_leads_alone(bounds: Bounds, settled: set[str]) -> None:
    found = explore(bounds)
    assert not found.fault, "\n".join(told(found, bounds))
    led = [state.lead.view.picture.lead for state in found.origins if at_rest(state) and state.lead.view.picture]
    assert min(map(led.count, "LM")) > 10, "it stays where it was after a no or a withdrawal, and passes on after a yes"
    assert verdicts(found) == settled


def test_of_two_leads_the_shortest_story_is_told() -> None:
    bounds = replace(PASSED_ON, rules=Rules().without("handed_over"))
    lines = list(told(explore(bounds), bounds))
    assert lines[1] == "  1. The lead asks member M to lead: L1."
    assert lines[-2] == "  5. Member M agrees to lead: M1."
    assert lines[-1] == "In the end L and M both lead."


def test_each_rule_has_a_control() -> None:
    assert set(CONTROLS) == set(NAMES)


@pytest.mark.parametrize("rule", CONTROLS)
def test_the_absence_of_a_rule_is_noticed(rule: str) -> None:
    bounds, fault = CONTROLS[rule]
    assert fault in explore(replace(bounds, rules=Rules().without(rule))).fault


@pytest.mark.parametrize("bounds", [Bounds(2, 1, "L"), Bounds(2, 0)], ids=["alone", "two"])
def test_what_is_read_at_once_leads_to_the_same_ends_as_what_is_read_at_any_time(bounds: Bounds) -> None:
    eager, at_any_time = (explore(replace(bounds, eager=eager)) for eager in (True, False))
    assert at_any_time.states > 1.3 * eager.states
    assert {state for state in eager.origins if at_rest(state)} == {state for state in at_any_time.origins if at_rest(state)}


def test_a_story_that_goes_wrong_is_told_in_words_and_is_the_shortest() -> None:
    bounds = Bounds(2, 1, "L", rules=Rules().without("one_order"))
    found = explore(bounds)
    lines = list(told(found, bounds))
    assert len(found.story) == found.deepest == 15
    assert lines[0] == "At the start the case has the lead, under roster 1."
    assert lines[7] == "  7. The lead is killed and starts again; at the lead now wait L1's checkpoint, L2."
    assert lines[-1].startswith("In the end the pictures of L and J differ: settled are opening counted, L1 counted, L2 counted, L1's")
    shorter = [state for state in found.origins if at_rest(state) and len(found.story_to(state)) < 15]
    assert shorter, "others came to rest sooner, and nothing was wrong there"


@pytest.mark.parametrize("checkpoints", [Checkpoints.FENCED, Checkpoints.UNSETTLED])
@pytest.mark.parametrize("bounds", [Bounds(2, 1, "L"), Bounds(3, 1, "L", acts=False)], ids=["acts", "rosters"])
def test_checkpoints_that_settle_nothing_out_of_turn_need_no_order_between_them_and_rosters(
    bounds: Bounds, checkpoints: Checkpoints
) -> None:
    """What the next version of the protocol could be: then neither the order of the queue nor who a withdrawal names can part pictures."""
    rules = Rules(one_order=False, takes_away=False, checkpoints=checkpoints)
    assert not explore(replace(bounds, rules=rules)).fault


def test_the_command_says_what_it_met_and_fails_with_the_story() -> None:
    console = Console(record=True, width=200)
    assert run(bounds_of(1, 1, [], Checkpoints.SETTLED), console) == 0
    assert "nothing goes wrong" in console.export_text()
    assert run(bounds_of(2, 0, ["removal"], Checkpoints.SETTLED), console) == 1
    text = console.export_text()
    assert "the shortest story that goes wrong" in text
    assert "can never be said" in text


def test_a_rule_that_there_is_not_is_named_with_those_that_there_are() -> None:
    with pytest.raises(Trouble, match="there is no rule order; there are fence, settlement"):
        bounds_of(2, 1, ["order"], Checkpoints.SETTLED)
