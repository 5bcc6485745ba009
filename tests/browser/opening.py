"""A Chromium for the pages, as cheap as it is with the same pages drawn."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, sync_playwright

from deploy.dev.testing import browser, browser_required

CHEAPER = ("--disable-gpu", "--js-flags=--single-threaded --no-turbofan --no-maglev --min-semi-space-size=16")
"""There is none, and what looks for one costs; and each page is new to its script, which is over before better code for it is found."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open as long as it is used; a test without one is skipped, or fails where one is required."""
    path = browser()
    if path is None:
        (pytest.fail if browser_required() else pytest.skip)("no Chromium on this machine: the pages are not tested in a browser")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=[*CHEAPER, *(["--no-sandbox"] if os.geteuid() == 0 else [])])
        yield opened
        opened.close()
