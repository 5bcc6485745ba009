"""Endpoints: the addresses of other machines in the settings, and whether nobody between can read along or impersonate them."""

from urllib.parse import urlsplit

from sqlalchemy import URL, make_url


def here(host: str) -> bool:
    """Whether a host is this very machine."""
    return host.strip("[]") in ("127.0.0.1", "localhost", "::1")


def named(host: str) -> str:
    """The name in a Host header or in a setting, without a port; empty where it is none."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


def safe(address: str) -> bool:
    """Whether passwords, sessions and spans may go to an address: https, or this very machine."""
    parts = urlsplit(address)
    return bool(parts.hostname) and (parts.scheme == "https" or (parts.scheme == "http" and here(parts.hostname or "")))


def guarded(database: str) -> bool:
    """Whether a database is reached by a file, a socket or loopback, or by TLS with the server's name verified.

    Anything less than libpq's `verify-full` would speak to whoever answers. Raises ArgumentError where it is no URL.
    """
    url = make_url(database)
    if url.get_backend_name() != "postgresql":
        return True
    told = _told(url)
    if told.get("sslmode") == "verify-full":
        return True
    hosts = [host for name in ("host", "hostaddr") for host in told.get(name, "").split(",")]
    return "service" not in told and all(not host or here(host) or host.startswith("/") for host in hosts)


def _told(url: URL) -> dict[str, str]:
    """What libpq would go by: its own variables (PGHOST, PGSSLMODE, …) too, unless the URL names a service, whose file we do not read."""
    from psycopg import pq

    named = {"host": url.host or ""} | {name: value if isinstance(value, str) else ",".join(value) for name, value in url.query.items()}
    around = {} if "service" in named else {o.keyword.decode(): o.val.decode() for o in pq.Conninfo.get_defaults() if o.val}
    return around | {name: value for name, value in named.items() if value}
