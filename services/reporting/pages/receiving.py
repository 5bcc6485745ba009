"""Where agencies' processes send their finished spans, and say what is open. Told only to senders whose token is known here."""

import asyncio

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse, Response
from pydantic import ValidationError

from services.reporting.ingest import otlp
from services.reporting.ingest.open_handoffs import NotBelieved, must_be_proven, store
from services.reporting.queries import spans
from shared.access.roles import Act, needs
from shared.observability.open_statement import SIGNATURE, OpenStatement
from shared.web.http.desk import CurrentDesk

receiver = APIRouter(include_in_schema=False)


@receiver.post("/v1/traces")
@needs(Act.ANYBODY)
async def receive(desk: CurrentDesk, request: Request) -> Response:
    """One batch: 200 with what was refused, 400 with the reason where it is no batch, 401 where nobody knows the sender."""
    if not desk.sends_spans(request.headers.get("authorization", "")):
        return Response(otlp.stranger(), 401, {"www-authenticate": "Bearer"}, media_type=otlp.PROTOBUF)
    if request.headers.get("content-type", "").partition(";")[0].strip() != otlp.PROTOBUF:
        return Response(otlp.declined("spans are taken as application/x-protobuf"), 415, media_type=otlp.PROTOBUF)
    body = await request.body()
    try:
        plain = otlp.unpacked(body, request.headers.get("content-encoding", ""))
        rows, refused = await asyncio.to_thread(otlp.parse, plain)
    except otlp.MalformedSpans as why:
        return Response(otlp.declined(str(why)), 400, media_type=otlp.PROTOBUF)
    if rows:
        await desk.instance.run(lambda work: spans.store(work, rows))
    return Response(otlp.accepted(refused), media_type=otlp.PROTOBUF)


@receiver.post("/v1/open-handoffs")
@needs(Act.ANYBODY)
async def hear(desk: CurrentDesk, request: Request) -> Response:
    """What an agency says is open: 204, or a problem's sentence with 400 where it is none, 401 and 403 where it is not believed."""
    if not desk.sends_spans(request.headers.get("authorization", "")):
        return PlainTextResponse("statements are taken of agencies whose token is known here", 401, {"www-authenticate": "Bearer"})
    try:
        body = otlp.unpacked(await request.body(), request.headers.get("content-encoding", ""))
        said = await asyncio.to_thread(OpenStatement.read, body)
    except otlp.MalformedSpans as why:
        return PlainTextResponse(str(why), 400)
    except ValidationError:
        return PlainTextResponse("this is not a statement of open hand-offs", 400)
    try:
        must_be_proven(said, body, request.headers.get(SIGNATURE, ""), desk.country, desk.instance.seal)
        await desk.instance.run(lambda work: store(work, said))
    except NotBelieved as why:
        return PlainTextResponse(str(why), 403)
    return Response(status_code=204)
