"""What is wrong with traces as a trace store shows them: each case one whole trace, nothing before its cause, nobody named who must not be.

The rules are those of ADR 42, tried on what arrived, not on what was sent.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from deploy.observability.jaeger import SeenSpan
from shared.observability.span_filter import REQUESTS
from shared.protocol.events import CaseReported

Pair = tuple[str, str]
HANDOFF, INSIDE, AFTER = "handoff", ("handoff delivered", "handoff noticed"), ("handoff first_action", "handoff completed")


@dataclass(frozen=True)
class ExpectedTraces:
    """What must be seen: the trace of each case, the pairs of agencies of which one has answered the other, and whose names may not be."""

    traces: Collection[str]
    pairs: Collection[Pair]
    unnamed: Collection[str] = ()


def wrong_traces(found: Iterable[SeenSpan], graph: Collection[Pair], expected: ExpectedTraces) -> list[str]:
    """A sentence for each thing that is wrong; none where all is right. `graph`: the pairs that the store itself draws."""
    once, cases = dict[Pair, SeenSpan](), defaultdict[str, dict[str, SeenSpan]](dict)
    said = list[str]()
    for span in found:
        if once.setdefault((span.trace, span.id), span) != span:
            said.append(f"span {span.id} of trace {span.trace} was told twice, and differently")
        if span.scope != REQUESTS:
            cases[span.trace][span.id] = span
    said += _named(once.values(), expected.unnamed)
    said += [f"{span.name} of trace {span.trace} takes no time" for span in once.values() if span.end <= span.start]
    said += [f"the case of trace {trace} has none" for trace in sorted(set(expected.traces) - cases.keys())]
    said += [f"trace {trace} is of no case" for trace in sorted(cases.keys() - set(expected.traces))]
    for trace, spans in sorted(cases.items()):
        said += _of_case(trace, spans)
    return said + _pairs(cases.values(), graph, expected.pairs) + _links(once)


def _named(spans: Iterable[SeenSpan], unnamed: Collection[str]) -> Iterator[str]:
    for span in spans:
        words = " ".join((span.name, span.service, *map(str, span.tags.values())))
        yield from (f"span {span.id} of trace {span.trace} names {who}" for who in unnamed if who in words)


def _of_case(trace: str, spans: Mapping[str, SeenSpan]) -> Iterator[str]:
    roots = [span.name for span in spans.values() if not span.parent]
    if roots != [CaseReported.TYPE]:
        yield f"the roots of trace {trace} are {roots}"
    for span in spans.values():
        if span.parent and span.parent not in spans:
            yield f"{span.name} of trace {trace} has a parent that is not there"
        elif span.parent:
            yield from _beside_parent(trace, span, spans[span.parent])


def _beside_parent(trace: str, span: SeenSpan, parent: SeenSpan) -> Iterator[str]:
    if span.start < parent.start:
        yield f"{span.name} of trace {trace} begins before {parent.name}, from which it follows"
    if span.name in INSIDE and not (parent.name == HANDOFF and span.end <= parent.end):
        yield f"{span.name} of trace {trace} is not inside of its hand-off"
    if span.name in AFTER and not (parent.name == HANDOFF and span.start >= parent.end):
        yield f"{span.name} of trace {trace} begins before the answer"


def _pairs(cases: Iterable[Mapping[str, SeenSpan]], graph: Collection[Pair], expected: Collection[Pair]) -> list[str]:
    parents = [(spans[span.parent], span) for spans in cases for span in spans.values() if span.parent in spans]
    by_spans = {(above.service, span.service) for above, span in parents if above.service != span.service}
    asked = {(above.service, span.service) for above, span in parents if span.name == HANDOFF and above.service != span.service}
    said = [f"nothing shows that {a} asked {b}" for a, b in sorted(set(expected) - asked)]
    said += [f"{a} is shown to have asked {b}, and did not" for a, b in sorted(asked - set(expected))]
    return said + [f"the graph of services and the spans differ on {a} and {b}" for a, b in sorted(set(graph) ^ by_spans)]


def _links(once: Mapping[Pair, SeenSpan]) -> list[str]:
    """A request leads to the decision of a case that it asked for."""
    requests = [span for span in once.values() if span.scope == REQUESTS]
    said = [f"request {span.name} is in a trace with others" for span in requests if span.parent]
    return said + [f"request {span.name} leads to a span that is not there" for span in requests if not once.keys() >= set(span.links)]


def linked(found: Sequence[SeenSpan]) -> tuple[int, int]:
    """How many spans of requests there are, and how many of them lead to a decision."""
    requests = {(span.trace, span.id): span for span in found if span.scope == REQUESTS}
    return len(requests), sum(bool(span.links) for span in requests.values())
