"""What is seen of a record, and of a case, without any key; each feature a small word or number, so that tables can be made of it."""

from bisect import bisect_left
from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from deploy.proving.adversary.view import BrokerView, Shape, StoredRecord, shape_of
from shared.protocol.channel import in_channel

HOUR = 3_600_000
BURST = 2_000
"""Milliseconds within which records of a case belong together: what follows by itself."""
FAR = 4_000
"""Milliseconds from which on a channel's record is far from another: not to be told apart from none."""
SOON = 1_500
"""Milliseconds within which a statistical record belongs to what is being counted."""

TIME = ("place", "left", "records", "before", "after", "longer_before", "in_burst", "burst", "hour")
"""The baseline: where a record stands in its case, and when its case had others."""
GROUPS: dict[str, tuple[str, ...]] = {
    "sizes": ("length", "part", "part_lengths", "body", "length_before", "length_after"),
    "number of parts": ("parts", "parts_before", "parts_after", "first_parts", "most_parts"),
    "what stands in the clear": ("headers", "clear"),
    "the sender's clock": ("clock",),
    "batches": ("batch",),
    "other cases near by": ("near",),
    "the channel near by": ("channel_before", "channel_after", "channel_count"),
    "statistics near by": ("statistics", "statistic_lengths"),
}
"""What the baseline does not have, by what gives it away: what protects a group protects all of it."""

CHANNEL_GROUPS = {**GROUPS, "cases near by": ("main_before", "main_after"), "what follows": ("main_soon",)}
"""The same of a record of a channel."""

CASE_TIME = ("days",)
"""The baseline of a whole case: over how many days it had records. What its pattern in time says beyond that is to be hidden too."""
CASE_GROUPS: dict[str, tuple[str, ...]] = {
    "its own pattern": ("records", "first_burst", "first_gap", "hour", "bursts", "lone"),
    "sizes": ("first_length", "second_length", "lengths"),
    "number of parts": ("first_parts", "second_parts", "most_parts", "part_counts"),
    "what stands in the clear": ("clear",),
    "batches": ("batches",),
    "other cases near by": ("near_opening", "nears"),
    "the channel near by": ("channels", "channelled", "channel_most", "channel_behind"),
    "statistics near by": ("counted",),
}
"""The same of a whole case."""


def log2(ms: int) -> int:
    """A time between two records, by its order of magnitude."""
    return max(ms, 0).bit_length()


@dataclass(frozen=True)
class Surroundings:
    """When anything lay on the log, for what lay near by."""

    events: list[tuple[int, str]]
    """(time, case)"""
    statistics: list[tuple[int, int]]
    """(time, length)"""
    channel: list[int]
    """When anything lay in a channel: by its form everybody knows such a key."""
    cases: list[int]
    """When anything lay in a case that is in none."""

    @classmethod
    def of(cls, view: BrokerView) -> "Surroundings":
        """What a view shows of them."""
        events = sorted((r.at, case) for case, records in view.cases.items() for r in records)
        apart, open_ = ([at for at, case in events if in_channel(case) is so] for so in (True, False))
        return cls(events, sorted((r.at, len(r.value)) for r in view.statistics), apart, open_)

    def channel_near(self, at: int) -> tuple[int, int, int]:
        """Milliseconds since the last record of a channel and to the next one, far where there is none soon; how many lie near by."""
        here = bisect_left(self.channel, at)
        before = at - self.channel[here - 1] if here else FAR
        after = self.channel[here] - at if here < len(self.channel) else FAR
        many = bisect_left(self.channel, at + BURST) - bisect_left(self.channel, at - BURST)
        return min(before, FAR), min(after, FAR), many

    def near(self, at: int, case: str) -> int:
        """Milliseconds to the nearest record of another case; of a channel to the nearest of a case that is in none."""
        if in_channel(case):
            here = bisect_left(self.cases, at)
            return min((abs(at - other) for other in self.cases[max(0, here - 1) : here + 1]), default=1 << 40)
        here = bisect_left(self.events, (at, ""))
        found = [abs(self.events[n][0] - at) for n in (*_out(here, self.events, case, -1), *_out(here, self.events, case, 1))]
        return min(found, default=1 << 40)

    def cases_near(self, at: int) -> tuple[int, int, int]:
        """The same of what lies in cases beside a record of a channel: steps since the last and to the next, and how many follow soon."""
        here = bisect_left(self.cases, at)
        before = min(at - self.cases[here - 1], FAR) if here else FAR
        after = min(self.cases[here] - at, FAR) if here < len(self.cases) else FAR
        return _steps(before), _steps(after), min(bisect_left(self.cases, at + BURST) - here, 8)

    def counted(self, at: int) -> list[int]:
        """Lengths of the statistical records that were sent just then."""
        first, end = bisect_left(self.statistics, (at - 100, 0)), bisect_left(self.statistics, (at + SOON + 1, 0))
        return [length for _, length in self.statistics[first:end]]


def _out(here: int, events: Sequence[tuple[int, str]], case: str, step: int) -> list[int]:
    """The first record of another case to one side."""
    n = here if step > 0 else here - 1
    while 0 <= n < len(events):
        if events[n][1] != case:
            return [n]
        n += step
    return []


def of_records(case: str, records: Sequence[StoredRecord], around: Surroundings) -> list[dict[str, Hashable]]:
    """What is seen of each record of a case."""
    shapes, gaps = [shape_of(r.value) for r in records], [b.at - a.at for a, b in zip(records, records[1:], strict=False)]
    bursts, most = _bursts(gaps), max((s.parts for s in shapes), default=0)
    return [
        _when(n, records, gaps, bursts) | _what(n, records, shapes) | {"most_parts": most} | _nearby(case, records[n], around)
        for n in range(len(records))
    ]  # fmt: skip


def _when(n: int, records: Sequence[StoredRecord], gaps: Sequence[int], bursts: Sequence[tuple[int, int]]) -> dict[str, Hashable]:
    return {
        "place": min(n, 40), "left": min(len(records) - 1 - n, 40), "records": len(records) // 4, "in_burst": bursts[n][0],
        "burst": bursts[n][1], "before": log2(gaps[n - 1]) if n else -1, "after": log2(gaps[n]) if n < len(gaps) else -1,
        "longer_before": log2(gaps[n - 2]) if n > 1 else -1, "hour": records[n].at // HOUR % 24,
    }  # fmt: skip


def _what(n: int, records: Sequence[StoredRecord], shapes: Sequence[Shape]) -> dict[str, Hashable]:
    shape, record = shapes[n], records[n]
    before, after = shapes[n - 1] if n else Shape(-1, -1), shapes[n + 1] if n + 1 < len(shapes) else Shape(-1, -1)
    return {
        "length": shape.length, "parts": shape.parts, "part": shape.part, "part_lengths": shape.lengths, "body": shape.body,
        "headers": record.headers, "clear": shape.clear, "length_before": before.length, "length_after": after.length,
        "parts_before": before.parts, "parts_after": after.parts, "first_parts": shapes[0].parts, "clock": _clock(record),
        "batch": record.offset - record.batch,
    }  # fmt: skip


def _clock(record: StoredRecord) -> int:
    """How far the sender's clock is from the log's, in steps of 4 ms; far out in one step, where no clock says anything."""
    return max(-50, min(50, (record.at - record.sent) // 4))


def _nearby(case: str, record: StoredRecord, around: Surroundings) -> dict[str, Hashable]:
    counted, (before, after, many) = around.counted(record.at), around.channel_near(record.at)
    return {
        "near": log2(around.near(record.at, case)), "channel_before": _steps(before), "channel_after": _steps(after),
        "channel_count": min(many, 6), "statistics": min(len(counted), 8),
        "statistic_lengths": tuple(sorted(set(counted)))[:4],
    }  # fmt: skip


def of_case(case: str, records: Sequence[StoredRecord], around: Surroundings) -> dict[str, Hashable]:
    """What is seen of a whole case."""
    shapes, gaps = [shape_of(r.value) for r in records], [b.at - a.at for a, b in zip(records, records[1:], strict=False)]
    second, nears, bursts = shapes[min(1, len(shapes) - 1)], [around.near(r.at, case) for r in records], _bursts(gaps)
    starts = [around.channel_near(r.at) for r, (place, _) in zip(records, bursts, strict=True) if place == 0]
    return {
        "records": len(records) // 3, "first_burst": bursts[0][1], "bursts": len(starts) // 2,
        "lone": min(sum(many == 1 for _, many in bursts), 20) // 2, "first_gap": log2(gaps[0]) if gaps else -1,
        "days": log2((records[-1].at - records[0].at) // HOUR), "hour": records[0].at // HOUR % 24,
        "first_parts": shapes[0].parts, "second_parts": second.parts, "most_parts": max(s.parts for s in shapes),
        "part_counts": len({s.parts for s in shapes}), "first_length": shapes[0].length, "second_length": second.length,
        "lengths": len({s.length for s in shapes}), "clear": sum(s.clear != shapes[-1].clear for s in shapes),
        "near_opening": log2(nears[0]), "nears": min(sum(near < BURST for near in nears), 8),
        "channels": min(sum(many for *_, many in starts), 30) // 2,
        "channelled": sum(many > 0 for *_, many in starts) * 4 // len(starts), "channel_most": min(max(many for *_, many in starts), 6),
        "channel_behind": min(sum(after < 400 for _, after, _ in starts), 8),
        "batches": min(sum(r.offset != r.batch for r in records), 3),
        "counted": min(sum(bool(around.counted(r.at)) for r in records) * 4 // len(records), 4),
    }  # fmt: skip


def _steps(ms: int) -> int:
    """Some milliseconds, finely where it is two hops and roughly beyond."""
    return ms // 8 if ms < 160 else 20 + log2(ms)


def _bursts(gaps: Sequence[int]) -> list[tuple[int, int]]:
    """(place in its burst, how many the burst has) of each record."""
    bursts = [[0]]
    for n, gap in enumerate(gaps, 1):
        if gap < BURST:
            bursts[-1].append(n)
        else:
            bursts.append([n])
    return [(min(place, 12), min(len(burst), 12)) for burst in bursts for place in range(len(burst))]
