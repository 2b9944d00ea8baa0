"""A real Chromium against a live server: nothing may leave the server, and its console stays empty.

The server answers inside the test's own transaction, so that a test sees its world and leaves nothing behind: ledger and
audit refuse to be emptied, as they should. Requests are answered one after the other on that one connection.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from django.test import Client, TestCase
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page, sync_playwright

DESK, PHONE = {"width": 1366, "height": 768}, {"width": 390, "height": 844}
ARGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Visit = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives a browser."""
    for item in items:
        if "tests/browser/" in item.path.as_posix():
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium; as root it runs without its own sandbox."""
    names = ("chromium", "chromium-browser", "google-chrome")
    path = next(filter(None, map(shutil.which, names)), None)
    assert path, "no Chromium; tools/bootstrap.sh installs it"
    # Playwright keeps an event loop in this thread, which Django takes for asynchronous code.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path, args=[*ARGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        )
        yield browser
        browser.close()
    del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


class OneAtATime:
    """A WSGI application that holds a lock while it answers, and runs what waits for the commit."""

    def __init__(self, application: Any) -> None:
        self.application = StaticFilesHandler(application)
        self.lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        with self.lock, TestCase.captureOnCommitCallbacks(execute=True):
            response = self.application(environ, start_response)
            try:
                return [b"".join(response)]
            finally:
                response.close()


@pytest.fixture
def server(db: None) -> Iterator[str]:
    """The address of a server that shares the test's connection."""
    connection = connections["default"]
    connection.inc_thread_sharing()
    thread = LiveServerThread("127.0.0.1", OneAtATime, connections_override={"default": connection})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert not thread.error, thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    connection.dec_thread_sharing()


@pytest.fixture
def visit(chromium: Browser, server: str) -> Iterator[Visit]:
    """Open a page: `visit("/reports/", person=world.clerk, phone=True)`. Errors in the console fail the test.

    `expected` names statuses that the test provokes; the browser reports those as errors too.
    """
    contexts, faults = [], []

    def opened(
        path: str = "/",
        *,
        person: Any = None,
        phone: bool = False,
        big: bool = False,
        expected: tuple[int, ...] = (),
    ) -> Page:
        context = chromium.new_context(
            viewport=PHONE if phone else DESK,  # type: ignore[arg-type]  # a plain dict has the two keys
            has_touch=phone,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            base_url=server,
        )
        contexts.append(context)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        cookies = {"big": "1"} if big else {}
        if person is not None:
            client = Client()
            client.force_login(person)
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies(
            [{"name": name, "value": value, "url": server} for name, value in cookies.items()]
        )
        page = context.new_page()
        own = urlsplit(server).netloc

        def told(message: Any) -> None:
            known = any(f"status of {status}" in message.text for status in expected)
            if message.type in {"error", "warning"} and not known:
                faults.append(f"{page.url}: {message.text}")

        def asked(request: Any) -> None:
            parts = urlsplit(request.url)
            if parts.scheme in {"http", "https"} and parts.netloc != own:
                faults.append(f"{page.url} asked {request.url}")

        page.on("console", told)
        page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
        page.on("request", asked)
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not faults, "\n".join(faults)
