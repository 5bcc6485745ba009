"""How `/api` describes itself: OpenAPI with every answer an operation may give, errors as problem+json."""

from typing import Any, cast

from fastapi import FastAPI
from pydantic import BaseModel

from shared.web.middleware import saying

PROBLEM = "application/problem+json"
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


class Problem(BaseModel):
    """What went wrong and what to do. It never repeats what was sent."""

    title: str
    status: int
    detail: str
    errors: list[Wrong]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of an operation that may go wrong in these ways."""
    return {status: {"model": Problem, "description": saying(status)[0]} for status in statuses}


class Described(FastAPI):
    """An application whose document describes errors in the type in which they come."""

    def openapi(self) -> dict[str, Any]:
        """The document; made once."""
        made = self.openapi_schema is None
        document = super().openapi()
        if made:
            document.setdefault("components", {})["securitySchemes"] = {"issuer": ISSUER}
            document["security"] = [{"issuer": []}, {}]
            for path in cast(dict[str, dict[str, Any]], document.get("paths", {})).values():
                for operation in path.values():
                    _retype(operation["responses"])
        return document


def _retype(responses: dict[str, dict[str, Any]]) -> None:
    for status, response in responses.items():
        if status >= "4" and "application/json" in response.get("content", {}):
            response["content"] = {PROBLEM: response["content"]["application/json"]}


def described(**more: Any) -> Described:
    """An application of ours. The document is the same at every agency."""
    return Described(
        title="NRM Joint Action", version="1", summary="What a person decides on a page, a program decides here, through the same door.",
        openapi_url="/api/openapi.json", docs_url=None, redoc_url=None, **more,
    )  # fmt: skip
