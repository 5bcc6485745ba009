"""The chain: what a transaction wrote of the tables that the law rests on is a line of the audit before the transaction ends.

Nobody who writes has to think of it. Whatever goes through an engine of `database.engine_for`, an instance's or a command's, is seen here;
at the commit each changed row is read once more, and a line holds its digest before and after. Before, because otherwise a row that
somebody changed by hand would be in order again with the next lawful change of it. The line's `key` is the digest of what it says of rows,
so the chain of lines covers that too. `deploy/oracle/by_hand.py` reads all this without this code.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any

import orjson
from sqlalchemy import (
    Boolean,
    Connection,
    Delete,
    Engine,
    Insert,
    Update,
    bindparam,
    event,
    exists,
    insert,
    literal,
    select,
    tuple_,
    update,
)
from sqlmodel import SQLModel

from shared.store.chained_tables import CHAINED, SALT, Chained
from shared.store.instance_tables import ONE, AuditEnd
from shared.store.tables import Audit

TABLES = SQLModel.metadata.tables
AUDIT, END = (TABLES[model.__name__.lower()] for model in (Audit, AuditEnd))
WROTE, WAS_THERE = "rows", "rows-of-before"
"""The acts of a line about rows: those that a transaction wrote; those that a table had when the chain began to hold it."""
MAY_BE_THERE = {"may_be_there": True}
"""For the execution of an insert that may meet its row."""
SEEN = {"seen": True}
"""For the execution of an insert that the chain itself makes."""
MIGRATING = {"migrating": True}
"""For a connection that changes the schema: what it writes is chained at the next start."""
AT_ONCE = 1000
"""Rows that one statement reads, or one line tells of."""
LENGTH = 32
"""Of a row's digest in hex: 128 bits."""
LAST = select(AUDIT.c.digest).order_by(AUDIT.c.seq.desc()).limit(1)
LINES, BEGINS = insert(AUDIT), insert(END)
ENDS = update(END).where(END.c.id == ONE).values(digest=bindparam("last"))
HOLDS = update(END).where(END.c.id == ONE).values(chained=bindparam("names"))
HELD = select(END.c.chained)
NAMES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = current_schema()",
}
"""Dialect → what names the tables."""
Values = Sequence[Any]
"""Of a row: its columns as `_Reading` reads them."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """A row at some moment: what it is, and its digest."""

    kind: str
    digest: str


@dataclass(slots=True)
class _Touched:
    """The rows of one table that a transaction may have changed, and what they were before."""

    keys: set[Any] = field(default_factory=set[Any])
    before: dict[str, _Seen] = field(default_factory=dict[str, _Seen])


@dataclass(slots=True)
class _Transaction:
    """What the chain knows of a transaction."""

    touched: dict[str, _Touched] = field(default_factory=dict[str, _Touched])
    last: str | None = None
    """The digest of the audit's last line as far as it is known without asking."""


def listen(engine: Engine, now: Callable[[], int]) -> None:
    """Chain what goes through this engine. `now` gives ms UTC."""

    def begin(connection: Connection) -> None:
        connection.info[__name__] = _Transaction()

    def turned_back(connection: Connection, _name: str, _context: None) -> None:
        _of(connection).last = None

    def commit(connection: Connection) -> None:
        touched = _of(connection).touched
        told = {name: entries for name in CHAINED if name in touched and (entries := _entries(connection, name, touched[name]))}
        if told:
            append(connection, [_line(now(), WROTE, told)])

    event.listen(engine, "begin", begin)
    event.listen(engine, "rollback_savepoint", turned_back)
    event.listen(engine, "before_execute", _see)
    event.listen(engine, "commit", commit)


def append(connection: Connection, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write lines at the end of the audit, each bound to the one before it: `at`, `officer`, `act`, `case`, `key`, and `rows` if any."""
    waiting, here = list(lines), _of(connection)
    if not waiting:
        return
    digest = (connection.execute(LAST).scalar() or "") if here.last is None else here.last
    made: list[dict[str, Any]] = []
    for line in waiting:
        text = f"{digest}\n{line['at']}\n{line['officer']}\n{line['act']}\n{line['case']}\n{line['key']}"
        digest = hashlib.sha256(text.encode()).hexdigest()
        made.append({"rows": "", **line, "digest": digest})
    connection.execute(LINES, made)
    here.last = digest
    if not connection.execute(ENDS, {"last": digest}).rowcount:  # without it nobody could see that lines at the end were taken away
        connection.execute(BEGINS, {"id": ONE, "digest": digest})


def begin(connection: Connection, at: int) -> None:
    """Chain what is there already of the tables that the chain does not hold yet: all of them in a database of before, or a new one."""
    known = set((connection.execute(HELD).scalar() or "").split())
    unknown = [name for name in CHAINED if name not in known]
    there = tables(connection) if unknown else ()
    if new := [name for name in unknown if name in there]:
        append(connection, (_line(at, WAS_THERE, told) for told in _there(connection, new)))
        connection.execute(HOLDS, {"names": " ".join(sorted(known | set(new)))})


def tables(connection: Connection) -> frozenset[str]:
    """The names of the tables that are there, without all the rest that an inspector finds out."""
    return frozenset(connection.exec_driver_sql(NAMES[connection.dialect.name]).scalars())


def alone(connection: Connection) -> None:
    """First in the transaction of a command beside the running process: nobody else writes at the chain's end until it is over.

    On SQLite there is one writer anyway. On PostgreSQL this lock comes before what the transaction sees is fixed, so it sees the last line.
    """
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"LOCK TABLE {END.name} IN EXCLUSIVE MODE")


def insert_new(connection: Connection, name: str, statement: Any, rows: list[dict[str, Any]]) -> int:
    """Insert rows into a chained table by a statement that leaves those that are there as they are; how many were new."""
    reading = _reading(name)
    new = {reading.key_of(row) for row in connection.execute(reading.telling(statement), rows, execution_options=SEEN).mappings()}
    _of(connection).touched.setdefault(name, _Touched()).keys |= new
    return len(new)


def _of(connection: Connection) -> _Transaction:
    known: _Transaction = connection.info.setdefault(__name__, _Transaction())
    return known


def _line(at: int, act: str, told: dict[str, list[list[str]]]) -> dict[str, Any]:
    rows = orjson.dumps(told).decode()
    return {"at": at, "officer": "", "act": act, "case": "", "key": hashlib.sha256(rows.encode()).hexdigest(), "rows": rows}


# --- reading rows -----------------------------------------------------------------------------------------------------------------


class _Reading:
    """How the rows of a table are read and their digests made: worked out once, since every transaction asks."""

    def __init__(self, name: str) -> None:
        of, table = CHAINED[name], TABLES[name]
        salted = (SALT,) if SALT in table.c else ()
        self.of: Chained = of
        self.names = (*of.columns, *of.later, *salted)
        self.columns = [table.c[column] for column in self.names]
        self.ends = len(of.columns)
        self.salt = len(self.names) - 1 if salted else None
        self.truths = [n for n, column in enumerate(self.columns) if isinstance(column.type, Boolean)]
        self.key_at, self.id_at = ([self.names.index(part) for part in parts] for parts in (of.key, of.id))
        self.key_columns = [table.c[part] for part in of.key]
        which = self.key_columns[0] if len(self.key_columns) == 1 else tuple_(*self.key_columns)
        self.all = select(*self.columns).order_by(*(table.c[part] for part in of.id))
        self.some = select(*self.columns).where(which.in_(bindparam("keys", expanding=True)))
        self.one = select(*self.columns).where(*(column == bindparam(f"key_{n}") for n, column in enumerate(self.key_columns)))

    @cache  # noqa: B019  there are as many as tables
    def telling(self, statement: Any) -> Any:
        """The statement, so that it says which rows it has written."""
        return statement.returning(*self.key_columns)

    def by_key(self, connection: Connection, keys: Iterable[Any]) -> Iterator[Values]:
        """The rows that have these keys: most transactions ask for one, and a list of it is written into the statement each time."""
        ordered = list(keys)
        if len(ordered) == 1:
            parts = ordered if len(self.key_columns) == 1 else ordered[0]
            yield from connection.execute(self.one, {f"key_{n}": part for n, part in enumerate(parts)})
            return
        for n in range(0, len(ordered), AT_ONCE):
            yield from connection.execute(self.some, {"keys": ordered[n : n + AT_ONCE]})

    def key_of(self, row: Mapping[Any, Any]) -> Any:
        """By what a row that is written is known."""
        key = self.of.key
        return row[key[0]] if len(key) == 1 else tuple(row[part] for part in key)

    def key(self, row: Values) -> Any:
        """By what it is known before it has a number."""
        return row[self.key_at[0]] if len(self.key_at) == 1 else tuple(row[n] for n in self.key_at)

    def id(self, row: Values) -> str:
        """What the chain calls it."""
        return " ".join(str(row[n]) for n in self.id_at)

    def seen(self, row: Values) -> _Seen:
        """What it is now."""
        values = list(row)
        for n in self.truths:  # both databases alike
            values[n] = None if values[n] is None else int(values[n])
        told = values[: self.ends]
        for n, (name, usual) in enumerate(self.of.later.items(), self.ends):
            told += [[name, values[n]]] if values[n] != usual else []
        salt = "" if self.salt is None else values[self.salt]
        digest = hashlib.sha256(f"{salt}\n".encode() + orjson.dumps(told, default=bytes.hex)).hexdigest()[:LENGTH]
        return _Seen(self.of.kind(dict(zip(self.names, row, strict=True))) if self.of.kind else "", digest)


@cache
def _reading(name: str) -> _Reading:
    return _Reading(name)


@lru_cache(512)
def _before(clause: Update | Delete) -> Any:
    """What asks for the rows that a statement would change; most statements are made once."""
    asked = select(*_reading(str(getattr(clause.table, "name", ""))).columns)
    return asked if clause.whereclause is None else asked.where(clause.whereclause)


# --- what a transaction touches ---------------------------------------------------------------------------------------------------


def _see(connection: Connection, clause: Any, many: Sequence[Any], one: Mapping[str, Any], options: Mapping[str, Any]) -> None:
    """Before a statement: which rows of a chained table it may change, and what they are now."""
    if not isinstance(clause, (Insert, Update, Delete)):
        return
    name = getattr(clause.table, "name", "")
    if name not in CHAINED or options.get("seen") or connection.get_execution_options().get("migrating"):
        return
    reading, touched = _reading(name), _of(connection).touched.setdefault(name, _Touched())
    if isinstance(clause, Insert):
        keys = {reading.key_of(row) for row in many or [one]} - touched.keys
        if options.get("may_be_there") or not reading.of.unique:
            _note(touched, reading, reading.by_key(connection, keys))
        touched.keys |= keys
        return
    for values in many or [one]:
        rows: Any = connection.execute(_before(clause), values)
        _note(touched, reading, rows)


def _note(touched: _Touched, reading: _Reading, rows: Iterable[Values]) -> None:
    found = list(rows)
    touched.before |= {reading.id(row): reading.seen(row) for row in found if reading.key(row) not in touched.keys}
    touched.keys |= {reading.key(row) for row in found}


# --- what a line says of them -----------------------------------------------------------------------------------------------------


def _entries(connection: Connection, name: str, touched: _Touched) -> list[list[str]]:
    """Of each row that is not what it was: its id, its digest before (empty: there was none) and after (empty: there is none), its kind."""
    reading, before = _reading(name), touched.before
    after = {reading.id(row): reading.seen(row) for row in reading.by_key(connection, touched.keys)}
    return [_entry(id, before.get(id), after.get(id)) for id in {**before, **after} if before.get(id) != after.get(id)]


def _entry(id: str, before: _Seen | None, after: _Seen | None) -> list[str]:
    kind = (after or before or _Seen("", "")).kind
    entry = [id, before.digest if before else "", after.digest if after else ""]
    return [*entry, kind] if kind else entry


@cache
def _filled(names: tuple[str, ...]) -> Any:
    """Asks of each table whether it has a row."""
    return select(*(exists(select(literal(1)).select_from(TABLES[name])).label(f"t{n}") for n, name in enumerate(names)))


def _there(connection: Connection, names: Sequence[str]) -> Iterator[dict[str, list[list[str]]]]:
    """Rows of before, for as few lines as hold them; a table without rows is named too, and not read: in a new database none has any."""
    told: dict[str, list[list[str]]] = {}
    n, filled = 0, connection.execute(_filled(tuple(names))).one()
    for name, has_rows in zip(names, filled, strict=True):
        reading = _reading(name)
        told[name] = []
        if not has_rows:
            continue
        for row in connection.execute(reading.all, execution_options={"stream_results": True}):
            if n == AT_ONCE:
                yield told
                told = {name: []}
                n = 0
            told[name].append(_entry(reading.id(row), None, reading.seen(row)))
            n += 1
    yield told
