"""What a file is called → what a document is called: never a path, and with the ending of what it is."""

import re
import unicodedata

from shared.protocol.case_file import UNSEEN
from shared.protocol.documents import LONGEST_NAME, Media

ENDINGS: dict[Media, str] = {Media.JPEG: "jpg"}
"""Where files are called otherwise than their kind."""
_UNSEEN = re.compile(rf"[{UNSEEN}\n]")


def document_name(typed: str, media: Media) -> str:
    """The name of a document, of what somebody called the file. Only who may read the document sees it."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", typed))[-1]
    stem = _UNSEEN.sub("", last).rpartition(".")[0] or _UNSEEN.sub("", last)
    ending = f".{ENDINGS.get(media, media.value)}"
    return (stem.strip(" .")[: LONGEST_NAME - len(ending)].strip(" .") or "document") + ending
