"""This machine's clock: whether the kernel says that somebody keeps it right, and whether the log carries times from our future.

No client can ask a broker for its time. So this is what is looked at, no more: a clock nobody keeps right is found, and a clock that is
behind those of other agencies is found by their records.
"""

import ctypes
import sys
from collections.abc import Iterator
from typing import Any

from confluent_kafka import KafkaException, TopicPartition

from deploy.brokers.admin_client import kafka
from deploy.brokers.topics import CASE_EVENTS
from deploy.doctor.bus import used
from deploy.doctor.finding import Finding, green, red, yellow
from deploy.installation.patient import Patient
from deploy.language_choice import translate
from shared.config.clock import wall
from shared.config.i18n import N_

UNSYNCHRONISED = 0x40
"""STA_UNSYNC of adjtimex(2)."""
AHEAD_MS, FAR_AHEAD_MS = 2_000, 60_000
KEEP = N_("run a time service (Debian: apt install chrony, or timedatectl set-ntp true)")


class _Timex(ctypes.Structure):
    """The head of the kernel's struct timex; the rest is room."""

    _fields_ = (
        ("modes", ctypes.c_uint), ("offset", ctypes.c_long), ("freq", ctypes.c_long), ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long), ("status", ctypes.c_int), ("rest", ctypes.c_char * 256),
    )  # fmt: skip


def kernel(patient: Patient) -> Iterator[Finding]:
    """Whether a time service keeps this machine's clock."""
    if sys.platform != "linux":
        yield yellow("clock", "not checked: only Linux says whether its clock is kept right", KEEP)
        return
    state = _Timex()
    ctypes.CDLL(None).adjtimex(ctypes.byref(state))
    yield kept(state.status, state.maxerror)


def kept(status: int, error_us: int) -> Finding:
    """What the kernel's status means. `error_us` is its own bound, in microseconds."""
    if status & UNSYNCHRONISED:
        return yellow(
            "clock",
            "the kernel knows of no time service that keeps it right",
            "run a time service (Debian: apt install chrony, or timedatectl set-ntp true); in a container look at the host",
        )
    return green("clock", "kept right by a time service, within %(error)s ms by its own account", error=f"{error_us / 1000:.0f}")


def records(patient: Patient) -> Iterator[Finding]:
    """Whether the newest time on the log lies in our future. Raises Away."""
    if CASE_EVENTS not in used(patient):
        return
    latest = newest(patient.bus_client(), patient.settings.partitions, patient.patience)
    if latest is not None:
        yield ahead(latest - wall())


def newest(made: Any, partitions: int, patience: float) -> int | None:
    """The latest time (ms) of any record on the case topic; None where there are none, or the bus does not say."""
    wish = {TopicPartition(CASE_EVENTS, p): kafka.OffsetSpec.max_timestamp() for p in range(partitions)}
    try:
        found = [answer.result().timestamp for answer in made.list_offsets(wish, request_timeout=patience).values()]
    except KafkaException:
        return None
    return max((at for at in found if at > 0), default=None)


def ahead(by: int) -> Finding:
    """The newest record is `by` ms ahead of this clock."""
    if by > AHEAD_MS:
        said = translate(
            "a record on the log is %(by)s s ahead of this clock: this one is slow, or its author's is fast", by=f"{by / 1000:.0f}"
        )
        return (red if by > FAR_AHEAD_MS else yellow)("clock and log", said, KEEP)
    return green("clock and log", "no record is ahead of this clock")
