"""The bytes of a document on their way to whoever may see them: shown as a picture or a PDF, never as a page, or taken out as a file.

Whatever a browser makes of them, it may neither run nor fetch anything, and the name that it is given says nothing.
"""

from collections.abc import AsyncIterator

from fastapi.responses import StreamingResponse

from shared.privacy.document_intake import read
from shared.privacy.document_names import ENDINGS
from shared.protocol.documents import DocumentRef, Media
from shared.store.document_folder import DocumentFolder

TYPES: dict[Media, str] = {Media.JPEG: "image/jpeg", Media.PNG: "image/png", Media.PDF: "application/pdf"}
"""What browsers are told of what they may show; of all else that it is bytes."""
LOCKED = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
"""Nothing may be loaded or run."""
VIEWER = "; object-src 'self'; style-src 'unsafe-inline'"
"""What the browser's own viewer of PDFs needs; a sandbox would keep it shut."""


def looked_at(folder: DocumentFolder, ref: DocumentRef) -> StreamingResponse:
    """The document itself, to be shown."""
    return _sent(folder, ref, TYPES[ref.media], "inline", LOCKED + (VIEWER if ref.media is Media.PDF else "; sandbox"))


def taken_out(folder: DocumentFolder, ref: DocumentRef) -> StreamingResponse:
    """The document as a file."""
    return _sent(folder, ref, "application/octet-stream", "attachment", f"{LOCKED}; sandbox")


def _sent(folder: DocumentFolder, ref: DocumentRef, kind: str, how: str, policy: str) -> StreamingResponse:
    name = f"document-{ref.id[:8]}.{ENDINGS.get(ref.media, ref.media.value)}"
    headers = {
        "content-security-policy": policy, "x-content-type-options": "nosniff", "cache-control": "no-store",
        "content-disposition": f'{how}; filename="{name}"', "cross-origin-resource-policy": "same-origin",
        "content-length": str(ref.size),
    }  # fmt: skip
    content: AsyncIterator[bytes] = read(folder, ref)
    return StreamingResponse(content, media_type=kind, headers=headers)
