"""The waiting room: what is drawn, what its file has, and that filters are those of the desk."""

import csv
import re
from io import StringIO

from services.reporting.ingest.open_handoffs import store
from shared.config.calendar import DAY, HOUR
from shared.web.drawing.waiting_room import Waiting, waiting_room
from tests.services.reporting.operators import signed_in
from tests.services.reporting.test_open_handoffs import LEAD, one, says


def test_lines_grow_with_the_logarithm_of_time_and_late_ones_pass_their_mark() -> None:
    hour, day = Waiting("a", 3_600, 7_200, "1 h left"), Waiting("b", 240 * 86_400, 2 * 86_400, "late by 238 d")
    drawn = str(waiting_room([hour, day], "Waiting <room>", simulated=True))
    assert "Waiting &lt;room&gt;" in drawn
    assert "simulated data" in drawn
    assert "▲ late by 238 d" in drawn
    assert "▲ 1 h left" not in drawn
    lines = [
        (float(a), float(b))
        for a, b in re.findall(r'x1="([\d.]+)" y1="[\d.]+" x2="([\d.]+)" y2="[\d.]+" stroke="#(?:1d70b8|ca3535)"', drawn)
    ]
    (begin, short), (_, until_due), (due, waited) = lines
    assert begin < short < until_due == due < waited < 720
    assert "365 d" not in drawn.replace("238 d", ""), "the axis ends where the longest does"
    assert str(waiting_room([], "none")), "nothing can be drawn, too"
    assert "nan" not in str(waiting_room([Waiting("c", 0, 0, "x")], "zero"))


def test_page_and_file_have_what_the_address_asks_for(operators) -> None:
    app, instance = operators
    now, client = instance.clock.at, signed_in(app)
    late, soon = one("late", now - 2 * DAY, due=now - HOUR), one("soon", now - HOUR, due=now + HOUR, need="legal")
    made_up = one("made-up", now - HOUR, due=now - 1, simulated=True)
    instance.transact(lambda work: store(work, says(LEAD, now, late, soon, made_up)))

    def lines(query: str) -> list[dict[str, str]]:
        return list(csv.DictReader(StringIO(client.get(f"/operations/waiting.csv{query}").text.removeprefix("\ufeff"))))

    page = client.get("/operations/waiting").text
    assert page.count("late\u00a0by") + page.count("late by") >= 1
    assert 0 < page.index("Waiting room") < page.index("<svg")
    assert "/operations/waiting.csv" in page
    assert [(line["need"], line["simulated"]) for line in lines("?data=real")] == [("health", "no"), ("legal", "no")]
    assert [line["late_ms"] for line in lines("?late=yes&data=real")] == [str(HOUR)]
    assert len(lines("")) == 3
    assert [line["need"] for line in lines("?need=legal")] == ["legal"]
    assert "Simulated data" in client.get("/operations/waiting?data=simulated").text
    assert "Nothing waits of what is asked for" in client.get("/operations/waiting?need=housing").text
    for path in ("/operations/waiting?ned=legal", "/operations/waiting.csv?need=nothing", "/operations/waiting?page=0"):
        assert client.get(path).status_code == 422, path
    assert "/operations/waiting?need=legal" in client.get("/operations?need=legal").text
