"""How `/api` describes itself: OpenAPI with every answer an operation may give, errors as problem+json."""

from typing import Any

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from shared.decisions.form_receipts import Recorded
from shared.web.http.middleware import saying

PROBLEM = "application/problem+json"
SCHEMAS = "#/components/schemas/{model}"
READING, DECIDING = (401, 403, 404, 409, 422, 503), (400, 401, 403, 404, 409, 413, 422, 503)
"""The errors of operations that read, and of those that decide."""


ISSUER = {
    "type": "http", "scheme": "bearer", "bearerFormat": "JWT",
    "description": "An access token of the agency's own issuer for this interface. The demo asks for none.",
}  # fmt: skip
"""How programs show who they are."""


class Wrong(BaseModel):
    """One answer that needs another look: its field, empty where it is the whole, and what to do about it."""

    field: str
    message: str


class RecordedBefore(BaseModel):
    """What is recorded under an idempotency key: the decision as the audit calls it, its case, its decision keys, and when (ms UTC)."""

    decision: str
    case: str
    keys: list[str]
    at: int | None


def recorded(one: Recorded) -> RecordedBefore:
    """The same of a receipt."""
    return RecordedBefore(decision=one.use_case, case=one.case, keys=list(one.keys), at=one.at)


class Problem(BaseModel):
    """What went wrong and what to do (RFC 9457). It never repeats what was sent.

    `recorded` where an idempotency key came with other content: that is what stands under the key; what was sent now is not recorded.
    """

    title: str
    status: int
    detail: str
    errors: list[Wrong]
    recorded: RecordedBefore | None = None


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that may go wrong in these ways.

    They point at the schema: models would be built anew for every operation and status, more of them than all others of the routes.
    """
    said = {PROBLEM: {"schema": {"$ref": SCHEMAS.format(model=Problem.__name__)}}}
    return {status: {"description": saying(status).title, "content": said} for status in statuses}


class Described(FastAPI):
    """An application whose document tells how programs show who they are, and what its errors look like."""

    def openapi(self) -> dict[str, Any]:
        """The document; made once."""
        made = self.openapi_schema is None
        document = super().openapi()
        if made:
            components = document.setdefault("components", {})
            components["schemas"] = dict(sorted({**components.get("schemas", {}), **_problem()}.items()))
            components["securitySchemes"] = {"issuer": ISSUER}
            document["security"] = [{"issuer": []}, {}]
        return document


def _problem() -> dict[str, Any]:
    """The schema that `problems` points at, and what it is made of."""
    return models_json_schema([(Problem, "serialization")], ref_template=SCHEMAS)[1]["$defs"]


def described(**more: Any) -> Described:
    """An application of ours. The document is the same at every agency."""
    return Described(
        title="NRM Joint Action", version="1", summary="What a person decides on a page, a program decides here, by the same commands.",
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, **more,
    )  # fmt: skip
