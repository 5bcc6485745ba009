"""Requests to the processes of a test, as httpx2 makes them, each on a connection of its own; but all trust the same certificates.

Reading those takes 25 ms of processor time, and whoever waits for an answer asks up to twenty times a second.
"""

import ssl
from functools import cache
from typing import Any

import httpx2


@cache
def trusted() -> ssl.SSLContext:
    """The certificates of this machine."""
    return httpx2.create_ssl_context()


def get(url: str, **more: Any) -> httpx2.Response:
    return httpx2.get(url, verify=trusted(), **more)


def post(url: str, **more: Any) -> httpx2.Response:
    return httpx2.post(url, verify=trusted(), **more)
