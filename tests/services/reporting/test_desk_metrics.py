"""What the operators' process tells Prometheus is what its page shows."""

import csv
import re
from collections import Counter
from io import StringIO

from services.reporting.service import PAGES
from shared.config.promises import LatencyPromise
from shared.web.admin.application import office
from tests.services.reporting.life import settings
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


def test_what_a_promise_comes_to_is_told_to_who_is_cleared_alone_and_is_what_the_file_of_promises_says(operators, lived, tmp_path):
    uncleared, instance = operators
    app = office(settings(tmp_path, instance.agency).model_copy(update={"cleared_metrics": True}), [PAGES], [instance])
    promise = LatencyPromise(stage="answered", hours=24, percent=90)
    instance.country = instance.country.model_copy(update={"promises": (promise,)})
    client = fill(app, instance, lived)
    lines = list(csv.DictReader(StringIO(client.get("/operations/promises.csv").text.removeprefix("\ufeff"))))
    keyed = {f'from="{one["from"]}",simulated="false",stage="answered",to="{one["to"]}"': one for one in lines}
    text = client.get("/metrics").text
    assert keyed
    said_to_anybody = signed_in(uncleared).get("/metrics").text
    assert "nrm_desk_waiting{" in said_to_anybody
    assert not re.search("nrm_desk_(promise|broken)", said_to_anybody)
    assert numbers(text, "nrm_desk_promised") == {key: float(one["n"]) for key, one in keyed.items()}
    assert numbers(text, "nrm_desk_broken") == {key: float(one["late"]) for key, one in keyed.items()}
    assert set(numbers(text, "nrm_desk_promise_budget").values()) == {0.1}
    told(instance, "update heard_from set heard_at = heard_at - 100000 where agency = 'rs-lead'")
    assert not numbers(client.get("/metrics").text, "nrm_desk_promised"), "what is open is not known while the lead is silent"
