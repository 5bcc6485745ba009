"""Who may say that something happened in proceedings, or was granted: the kinds of agencies that do it, or act in it for the person.

The lead counts no step of anybody else. A proposal of this project, to be confirmed by each country (docs/adr/0071, docs/domain.md,
section 5.7).
"""

from enum import StrEnum

from shared.protocol.case_file import Field, Kind
from shared.protocol.file_codes import Compensation, Granted, Milestone
from shared.protocol.vocabulary import AgencyKind

K, M, C, R = AgencyKind, Milestone, Compensation, Granted


def _all(codes: type[StrEnum]) -> frozenset[str]:
    return frozenset(code.value for code in codes)


AUTHORS: dict[str, dict[AgencyKind, frozenset[str]]] = {
    "milestone": {
        K.IDENTIFIER: _all(M), K.PROSECUTION: _all(M), K.LEGAL_AID: _all(M),
        K.POLICE: frozenset({M.REPORTED, M.INVESTIGATED, M.CHARGED, M.DISCONTINUED}),
        K.LABOUR_INSPECTORATE: frozenset({M.REPORTED}), K.SOCIAL_SERVICES: frozenset({M.REPORTED}), K.NGO: frozenset({M.REPORTED}),
    },
    "compensation": {
        K.IDENTIFIER: _all(C), K.PROSECUTION: _all(C), K.LEGAL_AID: _all(C), K.GOVERNMENT: _all(C),
        K.LABOUR_INSPECTORATE: frozenset({C.CLAIMED, C.PAID}), K.NGO: frozenset({C.CLAIMED, C.PAID}),
    },
    "granted": {
        K.IDENTIFIER: _all(R), K.MIGRATION: _all(R), K.POLICE: _all(R), K.GOVERNMENT: _all(R), K.LEGAL_AID: _all(R),
    },
}  # fmt: skip
"""Field → kind of agency → the codes that it may state."""


def codes_of(field: Field, kind: AgencyKind) -> frozenset[str]:
    """The codes of a step that an agency of this kind may state; none where it is not competent at all."""
    return AUTHORS[field.name].get(kind, frozenset())


def may_state(field: Field, kind: AgencyKind, value: str) -> bool:
    """Whether an agency of this kind may state this value; of what is no step everybody may."""
    return field.kind is not Kind.STEP or step(value)[1] in codes_of(field, kind)


def may_correct(field: Field, kind: AgencyKind) -> bool:
    """Whether an agency of this kind may correct or take back such a statement: who may state any of it."""
    return field.kind is not Kind.STEP or bool(codes_of(field, kind))


def step(value: str) -> tuple[str, str, str]:
    """Day, code and second code of a step as it is written; the last empty where it has none."""
    day, code, detail = (*value.split(" "), "")[:3]
    return day, code, detail
