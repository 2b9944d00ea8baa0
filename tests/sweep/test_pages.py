"""Every page keeps the rules of the house: strict policy, no inline code, nothing from elsewhere."""

import re

import pytest
from django.urls import reverse

from tests.sweep.examples import OUTSIDE, examples
from tests.sweep.routes import ALL

pytestmark = pytest.mark.django_db

INLINE = re.compile(
    r"""<script(?![^>]*(?:\bsrc=|type="application/json"))|<style|\sstyle=|\son\w+\s*=\s*["']|javascript:"""
)
ELSEWHERE = re.compile(r"""(?:src|href|action)=["'](?:https?:)?//""")


def test_pages_carry_a_strict_policy_and_no_inline_code(today, world, client):
    here = examples(world)
    seen = 0
    for person in (world.office, world.clerk, world.system_admin, world.security_admin, world.audit_admin):
        client.force_login(person)
        for route in ALL:
            if route.name in OUTSIDE:
                continue
            response = client.get(reverse(route.name, kwargs=here[route.name][0] if route.takes else None))
            if not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            seen += 1
            policy = response.headers["Content-Security-Policy"]
            assert "unsafe" not in policy, route.name
            assert "default-src 'none'" in policy, route.name
            html = response.content.decode()
            assert not INLINE.search(html), f"{route.name}: {INLINE.search(html)}"
            assert not ELSEWHERE.search(html), f"{route.name}: {ELSEWHERE.search(html)}"
    assert seen > 5
