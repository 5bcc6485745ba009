"""One form that decides several things: each by itself, whole or not at all, and none of them twice.

What is wrong with one of them keeps none of the others; what broke off half way goes on where it stopped when the form is sent again.
"""

from collections.abc import Iterable
from copy import copy
from typing import Any, NamedTuple

from fastapi import Request
from opentelemetry.trace import NoOpTracer

from shared.decisions.decide import Decision, Receipt
from shared.decisions.errors import RuleBroken
from shared.decisions.form_receipts import FormUsed
from shared.web.http.desk import Desk


class Several(NamedTuple):
    """What came of them, each by the id of its form."""

    receipts: dict[str, Receipt]
    broken: dict[str, RuleBroken]
    """The rule that one breaks, with its field."""


async def decide_each(desk: Desk, request: Request, decision: Decision, commands: Iterable[tuple[str, Any]]) -> Several:
    """Decide each of these: (the id of its form, command). What was recorded under that id before stays as it is.

    None of them leaves a span of its request: spans of one route, each linked to a case, one after the other, would tell what belongs
    together. Raises RuleBroken about the whole: what was decided until then is decided.
    """
    done, untraced = Several({}, {}), copy(desk)
    untraced.tracer = NoOpTracer()
    for form, command in commands:
        try:
            done.receipts[form] = await untraced.decide(request, decision.use_case, command, form=form)
        except FormUsed:
            continue
        except RuleBroken as broken:
            if not broken.field:
                raise
            done.broken[form] = broken
    return done
