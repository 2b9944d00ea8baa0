"""Views reach rows only through scope, and forms take effect once."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest
from django.urls import reverse

import xianfeng

from .examples import OUTSIDE, examples
from .routes import ALL

PACKAGE = Path(xianfeng.__file__).parent
VIEWS = sorted([*PACKAGE.glob("*/views.py"), *PACKAGE.glob("*/views/*.py")])

# Reads in views that begin elsewhere, each with its reason.
SCOPED = ("visible_to", "known_to")  # the second is made of the first
ROW = "belongs to a row that the view fetched through its scope"
ALLOWED = {
    "activities/views.py": {
        "Attachment.of": ROW,
        "Entry.of": ROW,
        "Activity.filter": "whether the id of a form was already used",
    },
    "assessment/views/schemes.py": {
        "Day.filter": "the workday table has no place",
        "Scheme.issued": "what was in force everybody may read",
    },
    "assessment/views/scores.py": {
        "BranchScore.filter": "the sheet of a closed round is everybody's, without what stands behind it; "
        + ROW,
        "Round.filter": "which years were scored is no secret",
    },
    "audit/views.py": {
        "ChainHead.get": "the head of the chain has no place",
        "ChainHead.filter": "the head of the chain has no place",
        "Event.select_related": "the auditor reads every event",
    },
    "config/views.py": {"Membership.filter": "the reader's own stage"},
    "development/views/register.py": {
        "Road.filter": "narrows memberships that were read through scope",
        "StepRecord.live": ROW,
    },
    "development/views/road.py": {
        "Attachment.live": ROW,
        "Examination.live": ROW,
        "Membership.filter": ROW,
        "StepRecord.live": ROW,
    },
    "development/views/steps.py": {"Attachment.of": ROW},
    "dossiers/views/files.py": {"Particulars.filter": ROW, "Person.get": ROW},
    "dossiers/views/registers.py": {"MODELS[kind].select_related": ROW},
    "leadership/views.py": {
        "Post.on": ROW,
        "Post.select_related": ROW,
        "Term.filter": ROW,
        "Term.get": ROW,
    },
    "organizations/views/home.py": {"Announcement.get": ROW, "Honour.get": ROW},
    "organizations/views/register.py": {"Attachment.of_all": ROW},
    "dues/views/lists.py": {
        "Publication.filter": "published accounts are everybody's inside: totals, no names"
    },
    "members/views/register.py": {
        "Member.filter": "the reader's own record",
        "Membership.filter": ROW,
        "Person.get": ROW,
    },
    "people/views/entrance.py": {"Organization.filter": "whether the installation has a root yet"},
    "people/views/slips.py": {
        "Person.without_account": "narrowed by visible_to in the next line",
        "ActivationCode.open": ROW,
    },
    "people/views/users.py": {"Authenticator.filter": ROW},
}


def reads(path: Path) -> set[str]:
    """Uses of a manager that do not begin with visible_to, and are not narrowed by it further on: Model.method."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    scoped = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in SCOPED
        for inner in ast.walk(node.value)
    }
    return {
        f"{ast.unparse(node.value.value)}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Attribute)
        and node.value.attr in {"objects", "_default_manager"}
        and node.attr not in SCOPED
        and id(node) not in scoped
    }


@pytest.mark.parametrize("path", VIEWS, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_views_reach_rows_through_scope(path):
    name = str(path.relative_to(PACKAGE))
    assert reads(path) <= set(ALLOWED.get(name, {}))


def test_no_allowance_outlives_its_need():
    for name, allowed in ALLOWED.items():
        assert set(allowed) <= reads(PACKAGE / name), name


FORM = re.compile(r"<form\b[^>]*method=[\"']?post[^>]*>.*?</form>", re.IGNORECASE | re.DOTALL)
ACTION = re.compile(r"action=[\"']([^\"']*)")
# Forms that may be sent any number of times with the same effect, each with its reason.
REPEATABLE = {
    r"/preferences/": "sets a preference",
    r"/logout/": "ends a session",
    r"/login/": "begins a session; guessing is limited by itself",
    r".*/reveal/": "reads, and each reading is an event of its own",
    r"/reports/[\w-]+/\d{4}-\d\d/": "saves a draft field by field against the version the page showed",
}


@pytest.mark.django_db
@pytest.mark.slow
def test_every_form_takes_effect_once(today, world, client):
    here = examples(world)
    forms = 0
    for person in (world.office, world.clerk, world.system_admin, world.security_admin, world.audit_admin):
        client.force_login(person)
        for route in ALL:
            if route.name in OUTSIDE:
                continue
            url = reverse(route.name, kwargs=here[route.name][0] if route.takes else None)
            response = client.get(url)
            if not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            for form in FORM.findall(response.content.decode()):
                action = ACTION.search(form.split(">", 1)[0])
                target = action.group(1) if action else url
                if any(re.fullmatch(pattern, target.split("?")[0]) for pattern in REPEATABLE):
                    continue
                forms += 1
                assert 'name="once"' in form, f"{url}: the form to {target or 'itself'} carries no once key"
    assert forms > 3
