"""The gallery of components in the browser: nothing may leave the server, and the console stays empty.

The server answers inside the test's own transaction, so that a test sees its world and leaves nothing behind: ledger and
audit refuse to be emptied, as they should. Requests are answered one after the other on that one connection.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.servers.basehttp import ThreadedWSGIServer
from django.db import connections
from django.test import TestCase
from django.test.testcases import LiveServerThread
from playwright.sync_api import Browser, Page

from tests.browser.site import DESK, PHONE

Visit = Callable[..., Page]


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


class Joined(ThreadedWSGIServer):
    """Closes only when every answer is out: until then its threads hold the test's connection."""

    daemon_threads = False


class Server(LiveServerThread):
    server_class = Joined


@pytest.fixture
def server(chromium: Browser, db: None, settings: Any) -> Iterator[str]:
    """The address of a server with the gallery, which shares the test's connection."""
    settings.ROOT_URLCONF = "tests.browser.look.gallery"
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": [Path(__file__).parent / "templates"]}]
    connection = connections["default"]
    connection.inc_thread_sharing()
    thread = Server("127.0.0.1", OneAtATime, connections_override={"default": connection})
    thread.daemon = True
    thread.start()
    thread.is_ready.wait()
    assert not thread.error, thread.error
    yield f"http://127.0.0.1:{thread.port}"
    thread.terminate()
    connection.dec_thread_sharing()


@pytest.fixture
def visit(chromium: Browser, server: str) -> Iterator[Visit]:
    """Open a page: `visit("/gallery/home/", phone=True)`. Errors in the console fail the test.

    `expected` names statuses that the test provokes; the browser reports those as errors too.
    """
    contexts, faults = [], []

    def opened(
        path: str = "/",
        *,
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
