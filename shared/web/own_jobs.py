"""What an officer has begun in a service and not finished, so that it is no case yet: rows of Today beside the jobs of cases."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OwnJob:
    """A report that was begun, as Today shows it to its officer alone."""

    href: str
    begun_at: int
    goes_at: int
    """When it goes if nobody goes on."""
    warned: bool
    danger: bool
    partner: bool = False
    """Whether it is none: what a partner reported, at which any officer may look."""
