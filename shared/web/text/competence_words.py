"""Why an organisation is proposed for a need, in whole sentences."""

from shared.config.competence import Competent, FitReason, Wanted
from shared.config.i18n import N_
from shared.web.text.phrases import Speaker

SAID: dict[FitReason, str] = {
    FitReason.NAMED: N_("The agency that cannot help named it."),
    FitReason.HERE: N_("It serves %(place)s, where the person is."),
    FitReason.WHOLE_COUNTRY: N_("It serves the whole country."),
    FitReason.PLACE_UNKNOWN: N_("It serves %(places)s. Where the person is, is not known here."),
    FitReason.OPEN: N_("Somebody answers now."),
    FitReason.CLOSED: N_("Nobody answers at this hour."),
    FitReason.SPEAKS: N_("It speaks %(language)s."),
    FitReason.PLACES: N_("It takes people now, as it said %(age)s ago."),
    FitReason.ASKS_FIRST: N_("It may take somebody: phone first. It said so %(age)s ago."),
    FitReason.WAITING_LIST: N_("It has a waiting list, as it said %(age)s ago."),
    FitReason.FULL: N_("It takes nobody now, as it said %(age)s ago."),
    FitReason.STALE: N_("What it said of its capacity is out of date: it said it %(age)s ago."),
    FitReason.MANDATE: N_("Its mandate covers this; the service directory says no more of it."),
}
PLACES_FREE = N_("Free places: %(places)s.")
SAID_ON = N_("It said so on %(when)s.")
UNVERIFIED = N_("Not verified.")
CHOOSE = N_("Choose one to go on")
OTHERS = N_("Other agencies")


def reasons(one: Competent, asked: Wanted, to: Speaker) -> str:
    """Why it stands where it does, in the order in which that counts."""
    filled = {
        "place": place_name(to, asked.municipality), "language": to.say.language(asked.language) if asked.language else "",
        "places": ", ".join(place_name(to, code) for code in (one.service.service_areas if one.service else ())),
    }  # fmt: skip
    filled["age"] = to.lasted(asked.at - one.capacity.at) if one.capacity else ""
    said = [to.say.translate(SAID[why]) % filled for why in one.reasons]
    if FitReason.PLACES in one.reasons and one.capacity and one.capacity.places is not None:
        said.append(to.say.translate(PLACES_FREE) % {"places": one.capacity.places})
    if one.capacity and any("%(age)s" in SAID[why] for why in one.reasons):
        said.append(to.say.translate(SAID_ON) % {"when": to.when(one.capacity.at)})
    return " ".join(said + ([to.say.translate(UNVERIFIED)] if one.service and one.proposal else []))


def place_name(to: Speaker, code: str) -> str:
    """A municipality's name in the reader's language; its code where the country's file has it no more."""
    found = to.country.directory.municipality(code)
    return to.language.name_in(found.names, found.name) if found else code
