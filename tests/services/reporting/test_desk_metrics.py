"""What the operators' process tells Prometheus is what its page shows."""

import re
from collections import Counter

from tests.services.reporting.operators import fill, signed_in
from tests.services.reporting.test_operations import told


def numbers(text: str, name: str) -> dict[str, float]:
    """Labels → value."""
    return {labels: float(value) for labels, value in re.findall(rf"^{name}\{{(.*)\}} (\S+)$", text, re.M)}


def test_what_waits_at_each_pair_is_what_a_recount_of_the_agencies_own_pictures_says(operators, lived):
    text = fill(*operators, lived).get("/metrics").text
    life, cases = lived
    waits = [one for case in cases for one in life.waiting(case)]
    right = Counter(f'from="{one.giver}",need="{one.need}",simulated="false",to="{one.to}"' for one in waits)
    assert numbers(text, "nrm_desk_waiting") == right
    assert numbers(text, "nrm_desk_late") == right, "all of them are late"
    first = min(one.requested_at for one in waits)
    assert max(numbers(text, "nrm_desk_oldest_waiting_seconds").values()) == (life.clock.at - first) / 1000
    due = min(one.answer_by for one in waits)
    assert max(numbers(text, "nrm_desk_longest_late_seconds").values()) == (life.clock.at - due) / 1000


def test_while_the_lead_is_silent_no_number_is_told_and_its_silence_is(operators, lived):
    app, instance = operators
    client = fill(app, instance, lived)
    told(instance, "update heard_from set heard_at = heard_at - 100000 where agency = 'rs-lead'")
    text = client.get("/metrics").text
    assert not numbers(text, "nrm_desk_waiting")
    assert numbers(text, "nrm_agency_silent")['agency="rs-lead"'] == 1
    assert numbers(text, "nrm_agency_heard_seconds")['agency="rs-lead"'] > 90


def test_who_was_never_heard_is_silent(operators):
    silent = numbers(signed_in(operators[0]).get("/metrics").text, "nrm_agency_silent")
    assert silent
    assert set(silent.values()) == {1}
