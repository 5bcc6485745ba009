"""What a card for the person says, and what the person is told on request how things are. It must say nothing of what happened to them."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator

from shared.casework.person_card import Offering
from shared.config.i18n import N_, Clause, in_a_row
from shared.config.settings import UnfitSettings
from shared.config.unfit import clauses, not_toml
from shared.protocol.case import HandoffState

TITLE = N_("For your information")
CALL, NO_NUMBER = N_("If you have a question, call: %(phone)s"), N_("If you have a question, call: ______________________")
SAY = N_("Say this number: %(number)s. You need not say more.")
LINES = (
    N_("You can ask what happens next, who is dealing with it, and by when."),
    N_("You can ask that it is explained in your language, and that somebody else speaks with you."),
    N_("You can say that something was wrong, and ask who looks at complaints."),
    N_("You need not call, and you need not keep this paper. Nothing is lost by that."),
)
EMERGENCY = N_("In danger: %(number)s")
OFFERINGS: Mapping[Offering, str] = {
    Offering.PAPER: N_("given on paper"), Offering.READ: N_("read aloud"), Offering.REFUSED: N_("refused"),
    Offering.STATUS: N_("told how things are"),
}  # fmt: skip
H = HandoffState
STATUS: Mapping[HandoffState, str] = {
    **dict.fromkeys((H.REQUESTED, H.ACKNOWLEDGED, H.INFO_REQUESTED), N_("%(need)s: %(agency)s was asked, and has not answered yet.")),
    H.OFFERED: N_("%(need)s: %(agency)s has offered something else, and waits for an answer."),
    **dict.fromkeys((H.ACCEPTED, H.ACTING), N_("%(need)s: %(agency)s is dealing with it.")),
    H.COMPLETED: N_("%(need)s: %(agency)s has done it."),
}
"""State of a request → what the person is told; of others nobody is at work on it now."""
LATER = N_("%(need)s: %(agency)s is dealing with it from %(when)s on.")
"""Of a request whose answer was a later day, to which who asked said yes."""
NOBODY_YET = N_("%(need)s: nobody is dealing with it now. %(lead)s must find somebody.")
REST = N_("%(need)s: nobody is dealing with the rest of it now. %(lead)s must find somebody.")
"""Beside what somebody deals with: of this need something came back."""
ANSWER_BY = N_("An answer is due by %(when)s.")
CALL_THERE = N_("You can call there: %(phone)s.")
STATUS_END = (
    N_("If this is not so, or takes too long, you can complain: to the head of the office that deals with you, and to the ombudsman."),
    N_("If something is decided about you, you get the reasons, and are told to whom you can appeal and until when. A lawyer can help."),
    N_("You can change your mind about what you agreed to, at any time."),
)


PLACES = {"call": "%(phone)s", "say": "%(number)s", "emergency": "%(number)s"}
"""Line of a card → where its number stands in it."""


class CardText(BaseModel):
    """A card in a language that the pages do not have, as a file of the agency says it. Somebody must have translated it, by name."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: Annotated[str, Field(min_length=1, max_length=40)]
    """What the language's speakers call it."""
    translated_by: Annotated[str, Field(min_length=3, max_length=80)]
    title: Annotated[str, Field(max_length=60)]
    call: Annotated[str, Field(max_length=120)]
    """With the place of `%(phone)s`."""
    say: Annotated[str, Field(max_length=120)]
    """With the place of `%(number)s`."""
    lines: tuple[Annotated[str, Field(max_length=200)], ...]
    emergency: Annotated[str, Field(max_length=60)] = ""
    """With the place of `%(number)s`; empty: the card does not say it."""

    @field_validator(*PLACES)
    @classmethod
    def _has_its_place(cls, text: str, info: ValidationInfo) -> str:
        place = PLACES[info.field_name or ""]
        rest = text.replace(place, "", 1)
        if (text and rest == text) or "%" in rest.replace("%%", ""):
            raise ValueError(Clause(N_("needs %(place)s once, and every other sign of per cent doubled"), place=place))
        return text


NO_CARDS = N_("The folder of the cards, %(folder)s, cannot be read (%(error)s): NRM_CARDS names it.")


def own_cards(folder: Path | None) -> dict[str, CardText]:
    """Language tag → text, of the files `TAG.toml` of a folder. Raises UnfitCard: with half a card nothing starts."""
    return {path.stem: _card(path) for path in (_files(folder) if folder else [])}


def _files(folder: Path) -> list[Path]:
    try:
        return sorted(path for path in folder.iterdir() if path.suffix == ".toml")
    except OSError as error:  # a folder that is not there has no cards, and nobody would know
        raise UnfitCard(NO_CARDS, folder=folder, error=type(error).__name__) from error


class UnfitCard(UnfitSettings):
    """A card of an agency's own cannot be used."""


def _card(path: Path) -> CardText:
    try:
        return CardText.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:  # it is a folder, or somebody else's
        why = Clause(N_("it cannot be read (%(error)s)"), error=type(error).__name__)
    except UnicodeDecodeError:
        why = Clause(N_("it is not UTF-8"))
    except tomllib.TOMLDecodeError as error:
        why = not_toml(error)
    except ValidationError as error:
        why = in_a_row(clauses(error))
    raise UnfitCard(N_("The card %(file)s cannot be used: %(why)s"), file=path, why=why)
