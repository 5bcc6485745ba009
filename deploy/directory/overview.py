"""The directory in words, for its coordinator and for who looks after an agency."""

from collections.abc import Iterator

from shared.crypto.directory import Directory
from shared.crypto.protocols_read import holding_back, opens_under
from shared.protocol.versions import NEWEST


def overview(directory: Directory) -> Iterator[str]:
    """Each listed agency with its instances, what each reads and who is revoked or leaving; last, which protocol cases are opened under."""
    for agency in directory.agencies:
        yield f"{agency.id}, “{agency.name}”, {agency.kind.value}{', leaving' if agency.leaving else ''}"
        for one in directory.instances:
            if one.id.partition(".")[2] == agency.id:
                yield f"  {one.id} reads protocol {one.reads}{', revoked' if directory.revoked(one.id) else ''}"
    yield in_words(directory)


def in_words(directory: Directory) -> str:
    """Which protocol cases are opened under, and who holds the country back at an older one."""
    behind = holding_back(directory)
    because = f": {', '.join(behind)} {'does' if len(behind) == 1 else 'do'} not read {NEWEST} yet" if behind else ""
    return f"cases are opened under protocol {opens_under(directory)}{because}"
