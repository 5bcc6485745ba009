"""The keystore of one instance, outside its database: a random key for each case and data class, and for each thing that was stated of a
person, under a master key that lies elsewhere.

What the database holds of a person is encrypted under these keys. PostgreSQL and SQLite keep what was deleted, in pages, write-ahead logs
and backups; so erasing means that the keystore is written anew without the keys, under a fresh master key, and the old master key is
destroyed. From then on no copy of the database opens, whatever keystore it is put beside.

Keys are on the disk before a transaction that needs them commits: a crash in between leaves keys that nobody uses.
"""

from collections.abc import Callable, Collection, Generator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from shared.config.i18n import N_
from shared.crypto import keystore_frames, primitives, secret_file
from shared.crypto.keyring import Unusable
from shared.crypto.keystore_frames import Damaged
from shared.crypto.keystore_replica import Second
from shared.crypto.master_key import Master
from shared.crypto.primitives import KEY, raw, text
from shared.crypto.secret_file import Exposed
from shared.protocol.classes import SECTIONS

logger: Any = structlog.get_logger("nrm.keystore")
PLACES = {name: slice(n * KEY, (n + 1) * KEY) for n, name in enumerate(SECTIONS)}
BLOB = KEY * len(SECTIONS)
"""Bytes of a case's keys, one for each data class."""
GONE = bytes(KEY)
"""What stands where a key was destroyed."""
NAME = ""
"""The entry that names the keystore itself, through all re-wrappings; no case has this id."""
STATED = b"nrm stated 1"
APART = "\n"
"""What no id of a case has in it, whoever made it: it is printable."""
OWN = "own"
"""The entry of what an agency keeps of itself and of no person: erasing a case leaves it. No case has this id."""


class KeystoreUnavailable(OSError):
    """The keystore cannot be written now: nobody's fault, later it can."""


class Keystore:
    """The keys of one instance's cases, in memory and in its file."""

    def __init__(self, instance: str, folder: Path, keys: Path, copy: Path | None = None) -> None:
        """Open it, or begin one where neither it nor its master key is there. `keys` has the master key, `copy` is a second place.

        Raises Unusable where a file is missing, damaged, not this instance's, or readable by others.
        """
        self.instance, self.file = instance, folder / f"{instance}.keystore"
        self.master, self.second = Master(instance, keys), Second(copy, self.file.name)
        self.known = dict[str, bytes]()
        """Case → its keys; case, class and statement, a line each → its key. Empty once all were destroyed."""
        self.pending = dict[str, bytes]()
        """Those that are not in the file yet."""
        self.anew = dict[str, bytes]()
        """Of those, the cases that had keys before some were made anew, with what they were."""
        self.kek, self.size, self.inode = b"", 0, 0
        self.trouble = ""  # why what was asked of it could not be done
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._alone():
            self._start()

    @property
    def warning(self) -> str:
        """What somebody should see to."""
        return self.trouble or self.second.warning

    @property
    def name(self) -> str:
        """What distinguishes this keystore from another one of the same instance."""
        return self.known[NAME].hex()

    def key(self, case: str, section: str) -> bytes | None:
        """The key of a case's data class; None where it was destroyed, or never made."""
        keys = self.pending.get(case) or self.known.get(case)
        key = keys[PLACES[section]] if keys else GONE
        return key if key != GONE else None

    def key_to_write(self, case: str, section: str) -> bytes | None:
        """The same, made where there is none yet; None where it was destroyed. `settle` goes before the commit of what it closes."""
        if case not in self.known and case not in self.pending:
            self.pending[case] = b"".join(primitives.random_key() for _ in SECTIONS)
        return self.key(case, section)

    def statement_key(self, case: str, section: str, statement: str) -> bytes | None:
        """The key of one statement, which is nothing without that of its class; None where either was destroyed, or never made."""
        name = _entry(case, section, statement)
        own, of_class = self.pending.get(name) or self.known.get(name), self.key(case, section)
        return primitives.of_both(of_class, own, STATED) if own and of_class else None

    def statement_key_to_write(self, case: str, section: str, statement: str) -> bytes | None:
        """The same, made where there is none yet; None where it was destroyed. `settle` goes before the commit of what it closes."""
        name = _entry(case, section, statement)
        if self.key_to_write(case, section) and name not in self.known and name not in self.pending:
            self.pending[name] = primitives.random_key()
        return self.statement_key(case, section, statement)

    def gone(self, case: str) -> frozenset[str]:
        """The classes whose keys were destroyed: nothing of the person is kept in them here."""
        return self._gone(self.pending.get(case, self.known.get(case)))

    def _gone(self, keys: bytes | None) -> frozenset[str]:
        return frozenset() if keys is None else frozenset(name for name, place in PLACES.items() if keys[place] in (b"", GONE))

    def erased(self, case: str) -> bool:
        """Whether all keys of a case were destroyed."""
        return self.gone(case) == PLACES.keys()

    def revive(self, case: str, classes: Collection[str]) -> frozenset[str]:
        """There is a ground again for these classes: new keys, where theirs were destroyed. What was closed under the old ones stays
        closed. Gives the classes that have new keys, until they are on the disk; `settle` goes before the commit of what they close."""
        back = frozenset(name for name in self._gone(self.known.get(case)) if name in classes)
        if back & self.gone(case):
            was = self.pending.get(case, self.known.get(case, b"")) or bytes(BLOB)
            self.anew.setdefault(case, self.known.get(case, b""))
            keys = {name: primitives.random_key() if name in back else was[place] for name, place in PLACES.items()}
            self.pending[case] = b"".join(keys.values())
        return back

    def settle(self) -> None:
        """Have on the disk what was made since. Raises KeystoreUnavailable; then the transaction must not commit."""
        if not self.pending:
            return
        try:
            with self._alone():
                self._look_again()
                self._must_not_clash()
                self._append()
        except KeystoreUnavailable:
            raise
        except (OSError, Unusable) as error:
            logger.error("the keystore cannot be written", instance=self.instance, error=type(error).__name__)
            raise KeystoreUnavailable(type(error).__name__) from None

    def erase(self, cases: Mapping[str, Collection[str]], between: Callable[[str], object] = lambda _step: None) -> None:
        """Destroy keys for good, in the file, its copy, and everything they ever closed: case → classes. Raises Unusable, OSError.

        `between` hears each step that is on the disk; stopped after any of them, the keystore opens with the old keys or with the new. What
        was made for these cases and is not on the disk yet is written along, so that nothing made before this can come after it.
        """
        with self._alone():
            self._look_again()
            left = {case: self._without(case, frozenset(classes)) for case, classes in cases.items()}
            if any(self.known.get(case) != keys for case, keys in left.items()):
                self._rewrap({name: keys for name, keys in {**self.known, **left}.items() if not _goes(name, keys, cases)}, between)
            for name in [name for name, keys in self.pending.items() if name in cases or _goes(name, keys, cases)]:
                del self.pending[name]
            for case in cases:
                self.anew.pop(case, None)

    def erase_statements(self, case: str, statements: Mapping[str, str]) -> None:
        """Destroy the keys of single statements of a case for good: statement → its class. Raises Unusable, OSError."""
        with self._alone():
            self._look_again()
            names = [_entry(case, section, statement) for statement, section in statements.items()]
            if any(self.known.get(name) != b"" for name in names):
                self._rewrap({**self.known, **dict.fromkeys(names, b"")})
            for name in names:
                self.pending.pop(name, None)

    def _without(self, case: str, classes: frozenset[str]) -> bytes:
        was = self.pending.get(case, self.known.get(case))
        if was is None:  # no key was ever made: those of other classes can be, those of these must never
            was = b"".join(primitives.random_key() for _ in SECTIONS)
        kept = b"".join(GONE if name in classes else was[place] or GONE for name, place in PLACES.items())
        return kept if kept != bytes(BLOB) else b""

    # --- the file -----------------------------------------------------------------------------------------------------------------

    @contextmanager
    def _alone(self) -> Generator[None]:
        """With the file locked; what is wrong with it becomes an error of one sentence."""
        try:
            with secret_file.locked(self.file.with_name(f".{self.instance}.lock")):
                yield
        except Exposed as error:
            said = N_("%(file)s can be read by others than its owner; `chmod 600` it, and see to it if others had access.")
            raise Unusable(said, file=error) from None
        except Damaged:
            said = N_("%(file)s is damaged: put back the copy of its second place, or the last copy of the other custodian.")
            raise Unusable(said, file=self.file) from None

    def _start(self) -> None:
        self._heal()
        data = secret_file.load(self.file)
        if data is None:
            if self.master.there() or self.second.read() is not None:
                gone = N_("%(file)s is missing: put it back from the second place, or the last copy of the other custodian.")
                raise Unusable(gone, file=self.file)
            self._rewrap({NAME: primitives.random_key()})
            return
        kek = self._kek(data)
        self.master.settle(kek)
        secret_file.half(self.file).unlink(missing_ok=True)
        self._take(data, kek)
        self.second.follow(self.file)

    def _heal(self) -> None:
        """Where the file lost what the second place still has (its disk, or it was put back from an older copy), take that."""
        here, there = secret_file.load(self.file), self.second.read()
        if there is None or here == there or (here is not None and not there.startswith(here)):
            return
        if keystore_frames.known(there) and self.master.find(keystore_frames.marked(there)) is not None:
            logger.warning("the keystore was made whole from its second place", instance=self.instance)
            secret_file.write(self.file, there)

    def _kek(self, data: bytes) -> bytes:
        kek = self.master.find(keystore_frames.marked(data))
        if kek is None:
            gone = N_("The master key of %(file)s is not in %(folder)s: put back %(key)s from its copy.")
            raise Unusable(gone, file=self.file, folder=self.master.folder, key=self.master.file.name)
        return kek

    def _take(self, data: bytes, kek: bytes) -> None:
        known, size = dict[str, bytes](), keystore_frames.HEAD
        for entries, end in keystore_frames.read(data, kek, self.instance):
            size = end
            known |= {case: raw(keys) for case, keys in entries.items()}
        if NAME not in known or any(len(keys) not in (0, KEY if APART in name else BLOB) for name, keys in known.items() if name != NAME):
            raise Damaged
        self.known, self.kek, self.size, self.inode = known, kek, size, self.file.stat().st_ino

    def _look_again(self) -> None:
        """Another process may have used the file meanwhile, or an append of ours may have stopped half way."""
        there = self.file.stat()
        if (there.st_ino, there.st_size) != (self.inode, self.size):
            data = secret_file.load(self.file) or b""
            self._take(data, self._kek(data))

    def _must_not_clash(self) -> None:
        if clash := {case for case in self.pending.keys() & self.known.keys() if self.anew.get(case) != self.known[case]}:
            for case in clash:
                del self.pending[case]
                self.anew.pop(case, None)
            raise KeystoreUnavailable("another process has made keys for the same cases")

    def _append(self) -> None:
        tail = keystore_frames.frame(self.kek, self.instance, self.size, {case: text(keys) for case, keys in self.pending.items()})
        secret_file.append(self.file, tail, self.size)
        before, self.size = self.size, self.size + len(tail)
        self.known |= self.pending
        self.pending.clear()
        self.anew.clear()
        self.second.add(self.file, before, tail)

    def _rewrap(self, known: dict[str, bytes], between: Callable[[str], object] = lambda _step: None) -> None:
        """Write the file anew, with these keys alone, under a fresh master key."""
        if self.kek:
            self.master.settle(self.kek)
        kek = self.master.announce()
        between("announced")
        data = keystore_frames.whole(kek, self.instance, {case: text(keys) for case, keys in known.items()})

        def reached(step: str) -> None:
            between(step)
            if step == "replaced":  # from here on the new key is in force
                self._take(data, kek)
                self.master.forget()
                between("forgotten")
                self.master.promote()
                between("promoted")

        secret_file.replace(self.file, data, reached)
        self.second.follow(self.file)
        between("copied")


def _entry(case: str, section: str, statement: str) -> str:
    """What a statement's key is called."""
    return APART.join((case, section, statement))


def _goes(name: str, keys: bytes, cases: Mapping[str, Collection[str]]) -> bool:
    """Whether this is the key of a statement in one of these classes. Of what was erased by itself it stays known that it was."""
    case, _, rest = name.partition(APART)
    return bool(rest and keys) and rest.partition(APART)[0] in cases.get(case, ())
