"""The tabs of a case: what lies behind its first page, as links with addresses of their own, so that Back works and no script is needed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from fastapi import Request

from shared.config.i18n import N_
from shared.decisions.errors import RuleBroken
from shared.web.case.words_view import MessageShown
from shared.web.http.forms import Translate

Talk = Mapping[str, Sequence[MessageShown]]
"""Hand-off → what was said on it."""


class CaseTab(StrEnum):
    """The parts of a case's page; the first is the page itself."""

    NOW = ""
    WAY = "way"
    WORDS = "words"
    PEOPLE = "people"
    HISTORY = "history"


LABELS = {
    CaseTab.NOW: N_("Now"), CaseTab.WAY: N_("Way of the case"), CaseTab.WORDS: N_("Words"), CaseTab.PEOPLE: N_("Who is in it"),
    CaseTab.HISTORY: N_("History"),
}  # fmt: skip
NEW_WORDS = N_("Words: %(count)s to read or answer")


@dataclass(frozen=True, slots=True)
class TabLink:
    """One tab as a page shows it."""

    text: str
    href: str
    current: bool


def chosen(request: Request) -> CaseTab:
    """The part that the address names. Raises RuleBroken where it names none there is."""
    try:
        return CaseTab(request.query_params.get("tab", ""))
    except ValueError:
        raise RuleBroken("no-such-tab") from None


def links(at: str, now: CaseTab, talk: Talk, translate: Translate) -> list[TabLink]:
    """All tabs of the case at this address."""
    return [TabLink(_label(tab, talk, translate), f"{at}?tab={tab}" if tab else at, tab is now) for tab in CaseTab]


def _label(tab: CaseTab, talk: Talk, translate: Translate) -> str:
    fresh = sum(one.unread or one.mine_to_answer for said in talk.values() for one in said)
    return translate(NEW_WORDS) % {"count": fresh} if tab is CaseTab.WORDS and fresh else translate(LABELS[tab])
