"""What the root says beside a directory: which protocol each listed instance reads, and so under which one a country opens its cases; and
the country's statistics key, sealed for each lead.

The root signs this beside the directory, not in it: releases that read protocol 1 alone take no directory with a member that they do not
know, and must go on while the others are upgraded. It is bound to its directory's version and lies in the same record, as a header.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from shared.crypto.directory import Directory, ListedInstance, Part, checked, proven, signed_value
from shared.protocol.case import agency_of
from shared.protocol.versions import FIRST, NEWEST

HEADER = "reads"
"""Of the record that carries the directory."""
STATEMENT = b"nrm reads 1\n"


class ProtocolsRead(Part):
    """The statement: instance → the newest protocol that it reads. Who is not named reads the first one alone."""

    country: str
    directory: Annotated[int, Field(ge=1)]
    """The version that it goes with."""
    reads: dict[str, Annotated[int, Field(ge=FIRST)]]
    statistics: dict[str, Annotated[str, Field(max_length=256)]] = {}
    """Instance → the country's statistics key, sealed for it (`crypto.statistics_key`)."""

    def of(self, directory: Directory) -> bool:
        """Whether it goes with this directory."""
        return (self.country, self.directory) == (directory.country, directory.version)


def state(directory: Directory, root: bytes) -> bytes:
    """The signed statement that goes with a directory."""
    reads = {one.id: one.reads for one in directory.instances if one.reads > FIRST}
    keys = {one.id: one.statistics for one in directory.instances if one.statistics}
    said = ProtocolsRead(country=directory.country, directory=directory.version, reads=reads, statistics=keys)
    return signed_value("document", STATEMENT, said.model_dump_json(), root)


def read_statement(value: bytes, root: bytes) -> ProtocolsRead:
    """A statement that the root signed. Raises Distrusted."""
    return checked(ProtocolsRead, proven(value, "document", STATEMENT, root))


def with_statement(directory: Directory, said: ProtocolsRead) -> Directory:
    """The directory with all that is said beside it."""
    known = with_reads(directory, said.reads)
    instances = tuple(one.model_copy(update={"statistics": said.statistics.get(one.id, "")}) for one in known.instances)
    return known.model_copy(update={"instances": instances})


def with_reads(directory: Directory, reads: Mapping[str, int]) -> Directory:
    """The directory, each instance with what it reads."""
    instances = tuple(one.model_copy(update={"reads": reads.get(one.id, FIRST)}) for one in directory.instances)
    return directory.model_copy(update={"instances": instances})


def opens_under(directory: Directory) -> int:
    """The protocol under which a case is opened: the newest that this release folds and every instance reads that may be asked."""
    return min((NEWEST, *(one.reads for one in _asked(directory))))


def holding_back(directory: Directory) -> list[str]:
    """The instances because of which cases are not opened under the newest protocol that this release folds."""
    return sorted(one.id for one in _asked(directory) if one.reads < NEWEST)


def _asked(directory: Directory) -> list[ListedInstance]:
    """Who may be asked into a case: not who is revoked, and nothing new is asked of an agency that leaves."""
    leaving = {agency.id for agency in directory.agencies if agency.leaving}
    return [one for one in directory.instances if agency_of(one.id) not in leaving and not directory.revoked(one.id)]
