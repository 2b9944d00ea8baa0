"""Chromium as Debian has it, and one site for all browser tests. Nothing may leave the machine, nothing may go wrong
in the console."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import pytest

from tests.browser.site import CHROMIUM_FLAGS, DESK, Site, serving_world


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The tests' world, served as users serve it."""
    with serving_world() as served:
        yield served


@contextmanager
def launched() -> Iterator[Any]:
    """The system's own Chromium, without a window."""
    from playwright.sync_api import sync_playwright

    path = next(
        (p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None
    )
    flags = [*CHROMIUM_FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=flags)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """One browser for all tests of a worker."""
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code, here and in later tests.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with launched() as browser:
        yield browser


@pytest.fixture
def visit(chromium: Any, site: Site) -> Iterator[Callable[..., Any]]:
    """`visit("clerk", "/reports/", viewport=PHONE)` opens a page signed in as that role and returns it.

    Fails the test when a page asks for anything beyond the site or writes an error to the console.
    """
    contexts, faults = [], []

    def open_page(role: str | None, path: str = "/", viewport: dict[str, int] = DESK, **options: Any) -> Any:
        context = chromium.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", **options
        )
        contexts.append(context)
        if role:
            context.add_cookies([site.session(site.people.get(role, role))])
        page = context.new_page()
        host = urlsplit(site.url).netloc

        def asked(request: Any) -> None:
            if urlsplit(request.url).netloc not in {host, ""}:
                faults.append(f"left the site: {request.url}")

        page.on("request", asked)
        page.on(
            "console",
            lambda m: faults.append(f"console: {m.text} at {page.url}") if m.type == "error" else None,
        )
        page.on("pageerror", lambda error: faults.append(f"script: {error} at {page.url}"))
        page.goto(site.url + path)
        return page

    yield open_page
    for context in contexts:
        context.close()
    refused = ("status of 4", "Error Code 4")  # answers that a test may well provoke
    assert not [fault for fault in faults if not any(words in fault for words in refused)]
