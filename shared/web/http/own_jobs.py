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
    partners: int = 0
    """How many reports of partners, at which any officer may look, this one row stands for; 0 for what somebody has begun. It begins with
    the first that came, and `goes_at` is when the first of them must have been looked at."""
