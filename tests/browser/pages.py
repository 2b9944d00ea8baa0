"""Every page there is, with the roles that may read it: asked in the site's own process."""

from __future__ import annotations

import json
from dataclasses import dataclass

from tests.browser.site import Site

# Asked in this order: the first who may read a page is who uses it most.
ROLES = ("clerk", "office", "leader", "member", "system_admin", "security_admin", "audit_admin")

LIST_PAGES = """
import json
from django.test import Client
from django.urls import reverse
from tests.browser.pages import ROLES
from tests.conftest import standing_world
from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL
from xianfeng.config.navigation import menu
from xianfeng.core.pages import PUBLIC

world = standing_world()
here = examples(world)
found, taken = [], set()
for role in (None, *ROLES):
    client = Client(HTTP_HOST="127.0.0.1")
    entries = set()
    if role:
        client.force_login(world.people[role])
        entries = {item["url"] for item in menu(world.people[role], "/")}
    for route in ALL:
        if route.name in OUTSIDE or (role is None) != (route.door == PUBLIC):
            continue
        url = reverse(route.name, kwargs=here[route.name][0] if route.takes else None)
        if url in taken and url not in entries:
            continue
        answer = client.get(url)
        if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
            whole = b"<html" in answer.content
            taken.add(url)
            if whole:
                found.append({"role": role, "name": route.name, "url": url})
print(json.dumps(found))
"""


@dataclass(frozen=True)
class Listed:
    """A page and who opens it; `role` None: a visitor who has not signed in."""

    role: str | None
    name: str
    url: str


def every_page(site: Site) -> list[Listed]:
    """All whole pages, each for the role that uses it most; entries of a menu for each role that has them."""
    return [Listed(**page) for page in json.loads(site.run(LIST_PAGES))]
