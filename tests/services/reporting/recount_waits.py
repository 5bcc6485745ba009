"""How long things took, and how long what has not ended waits, recounted as in `recount`: by plain loops, with no code of reporting."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from tests.services.reporting.recount import HOUR, Line, Person, lives, nobodys, quarter


def working_days(start: int, end: int) -> int:
    """Days after the first that are neither Saturday nor Sunday: the small country names no holidays."""
    day, last = (datetime.fromtimestamp(at / 1000, UTC).date() for at in (start, end))
    found = 0
    while day < last:
        day += timedelta(days=1)
        found += day.isoweekday() < 6
    return found


DAYS_OF = {"M1": "M1b", "M2": "M2b", "M3": "M3c"}
"""A table of times, and the same in working days."""


def in_days(start: int, end: int) -> int:
    """Working days as a table has them (ms): one at least, each of 24 hours."""
    return max(1, working_days(start, end)) * 24 * HOUR


def days_in_nobodys_hands(one: Person, until: int) -> int:
    """Working days of each stretch in which nobody had taken the person on."""
    held = sorted((h.accepted, h.ended or until) for h in one.asked.values() if h.accepted is not None)
    found, at = 0, one.at
    for start, end in [*held, (until, until)]:
        found += working_days(at, min(start, until)) if start > at else 0
        at = max(at, end)
    return found


def waits(lines: Iterable[Line], now: int) -> dict[str, dict[tuple, tuple[list[int], list[int]]]]:
    """Table → (period, values) → times of what ended and of what waits still or ended without, in ms."""
    found: dict[str, dict[tuple, tuple[list[int], list[int]]]] = defaultdict(lambda: defaultdict(lambda: ([], [])))
    for one in lives(lines):
        for h in one.asked.values():
            for table, step in (("M1", h.seen), ("M2", h.accepted), ("M3", h.acted)):
                ended, waiting = found[table][quarter(h.at), (h.need,)]
                (waiting if step is None else ended).append((step or h.ended or now) - h.at)
                days, so_far = found[DAYS_OF[table]][quarter(h.at), (h.need,)]
                (so_far if step is None else days).append(in_days(h.at, step or h.ended or now))
            if h.accepted is not None:
                ended, waiting = found["M3b"][quarter(h.at), (h.need,)]
                (waiting if h.acted is None else ended).append((h.acted or h.ended or now) - h.accepted)
                days, so_far = found["M3d"][quarter(h.at), (h.need,)]
                (so_far if h.acted is None else days).append(in_days(h.accepted, h.acted or h.ended or now))
            if h.need == "guardianship" and one.said.get("age") in ("child", "unsure"):
                ended, waiting = found["T14b"][quarter(h.at), ()]
                (waiting if h.accepted is None else ended).append((h.accepted or h.ended or now) - h.at)
            if h.ended and h.bounced():
                found["M8b"][quarter(h.at), (h.need,)][0].append(h.ended - h.at)
        served = [at for at, action, _, _ in one.actions if action != "interview_held"]
        until = one.closed[0] if one.closed else now
        ended, waiting = found["M11"][quarter(one.at), ()]
        (ended if served else waiting).append((served[0] if served else until) - one.at)
        ended, waiting = found["M11b"][quarter(one.at), ()]
        (ended if served else waiting).append(max(1, working_days(one.at, served[0] if served else until)) * 24 * HOUR)
        firsts: dict[str, int] = {}
        for at, stage, _ in one.decisions:
            firsts.setdefault(stage, at)
        for stage in ("reasonable_grounds", "conclusive_grounds") if one.said["basis"] != "none" else ():
            ended, waiting = found["M12"][quarter(one.at), (stage,)]
            (ended if stage in firsts else waiting).append((firsts.get(stage) or until) - one.at)
            days, so_far = found["M12b"][quarter(one.at), (stage,)]
            (days if stage in firsts else so_far).append(max(1, working_days(one.at, firsts.get(stage) or until)) * 24 * HOUR)
            if stage in firsts:
                found["T9"][quarter(firsts[stage]), (stage,)][0].append(firsts[stage] - one.at)
                days = max(1, working_days(one.at, firsts[stage])) * 24 * HOUR
                found["T9b"][quarter(firsts[stage]), (stage,)][0].append(days)
        if not firsts and one.closed is None and one.said["basis"] != "none":
            found["T9"][quarter(one.at), ("undecided",)][1].append(now - one.at)
            found["T9b"][quarter(one.at), ("undecided",)][1].append(working_days(one.at, now) * 24 * HOUR)
        agreed = [at for at, basis in one.bases if basis == "consent"]
        if agreed and one.said["basis"] != "consent":
            found["M18b"][quarter(one.at), ()][0].append(agreed[0] - one.at)
        if one.closed:
            found["M10"][quarter(one.closed[0]), ()][0].append(nobodys(one, one.closed[0]))
            found["M10b"][quarter(one.closed[0]), ()][0].append(days_in_nobodys_hands(one, one.closed[0]) * 24 * HOUR)
    return found
