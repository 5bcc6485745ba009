"""An instance's own private keys, in a file that nobody else may read. Keys belong to an instance, not to an agency.

Old keys stay: what was sealed for them before others learned of the new ones must still open, until its time on the log is over (`former`).
"""

import json
from base64 import b64decode
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

from shared.config.i18n import N_, WordedError
from shared.crypto import primitives, secret_file
from shared.crypto.primitives import Private, text

Use = Literal["seal", "sign"]
USES: tuple[Use, ...] = ("seal", "sign")


class Unusable(WordedError):
    """These keys cannot be used; one sentence that says why and what to do."""


@dataclass(frozen=True)
class Keyring:
    """The keys of one instance: what opens what is sealed for it, and what signs what it says. The newest stand last."""

    instance: str
    seal: tuple[bytes, ...]
    sign: tuple[bytes, ...]

    @cached_property
    def openers(self) -> tuple[Private, ...]:
        """The keys that open, the newest first."""
        return tuple(Private(key) for key in reversed(self.seal))

    @cached_property
    def signers(self) -> dict[str, bytes]:
        """Public key as base64 → the private one, the newest first."""
        return dict(reversed(list(zip(self.publics["sign"], self.sign, strict=True))))

    @cached_property
    def publics(self) -> dict[Use, tuple[str, ...]]:
        """Use → the public keys as base64, the newest last."""
        return {
            "seal": tuple(text(primitives.public_of(key, "seal")) for key in self.seal),
            "sign": tuple(text(primitives.public_of(key, "sign")) for key in self.sign),
        }

    def public(self, use: Use) -> str:
        """The newest public key of this use, as base64."""
        return self.publics[use][-1]

    def __repr__(self) -> str:
        return f"Keyring({self.instance!r})"


def new(instance: str) -> Keyring:
    """Keys that nobody has had before."""
    return Keyring(instance, (primitives.random_key(),), (primitives.random_key(),))


def renewed(ring: Keyring) -> Keyring:
    """The same with one new key of each use."""
    fresh = new(ring.instance)
    return Keyring(ring.instance, ring.seal + fresh.seal, ring.sign + fresh.sign)


def place(folder: Path, instance: str) -> Path:
    """The file of an instance's keys."""
    return folder / f"{instance}.keys"


def write(folder: Path, ring: Keyring) -> Path:
    """Keep the keys: whole or not at all, readable by the owner alone from the first moment. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    file = place(folder, ring.instance)
    secret_file.write(file, _written(ring))
    return file


def replace(folder: Path, ring: Keyring) -> None:
    """Keep these keys alone: the file that had others too is overwritten. Raises OSError."""
    secret_file.replace(place(folder, ring.instance), _written(ring))


def _written(ring: Keyring) -> bytes:
    return json.dumps({"instance": ring.instance, "seal": [text(k) for k in ring.seal], "sign": [text(k) for k in ring.sign]}).encode()


def read(folder: Path, instance: str) -> Keyring:
    """The keys of an instance. Raises Unusable where there are none, others may read them, or they are not this instance's."""
    file = place(folder, instance)
    try:
        mode = file.stat().st_mode
        body: dict[str, Any] = json.loads(file.read_text())
        ring = Keyring(body["instance"], *(tuple(b64decode(k, validate=True) for k in body[use]) for use in USES))
    except FileNotFoundError:
        none = N_("There are no keys of %(instance)s at %(file)s; `./nrm agency init` makes them.")
        raise Unusable(none, instance=instance, file=file) from None
    except OSError as error:
        raise Unusable(N_("%(file)s cannot be read: %(why)s."), file=file, why=error.strerror) from None
    except (ValueError, KeyError, TypeError):
        none = N_("%(file)s does not hold an instance's keys; put it back from where the agency keeps a copy.")
        raise Unusable(none, file=file) from None
    if mode & 0o077:
        others = N_("%(file)s can be read by others than its owner; `chmod 600` it, and have the keys replaced if others had access.")
        raise Unusable(others, file=file)
    if ring.instance != instance or not ring.seal or not ring.sign or any(len(k) != primitives.KEY for k in (*ring.seal, *ring.sign)):
        raise Unusable(N_("%(file)s does not hold the keys of %(instance)s."), file=file, instance=instance)
    return ring
