"""The pictures in `docs/images`: the main pages of the demo, on the PC and on the phone. `python -m tools.images [PAGE …]`.

Takes the demo in `XIANFENG_HOME` if there is one, and makes one otherwise; works on a copy, which is thrown away.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image

from tests.browser.conftest import launched
from tests.browser.site import DESK, PHONE, ROOT, Site, environment_of, running

IMAGES = ROOT / "docs/images"
COLOURS = 256
DRAWN = "[...document.querySelectorAll('[data-chart]')].every(place => place.querySelector('svg'))"
BRANCH = "jt-12"


@dataclass(frozen=True)
class Picture:
    """A page and who looks at it. What stands in braces is found out by PREPARE; `filled`: every line is answered."""

    name: str
    who: str
    path: str
    filled: bool = False


PICTURES = (
    Picture("home", "clerk", "/"),
    Picture("report", "clerk", "/reports/{branch}/{month}/"),
    Picture("check", "clerk", "/reports/{branch}/{month}/check/", filled=True),
    Picture("review", "office", "/review/"),
    Picture("why", "office", "/scores/{quarter}/{middling}/why/"),
    Picture("scores", "office", "/scores/{quarter}/"),
    Picture("branch", "leader", "/org/branches/{branch}/"),
    Picture("activity", "clerk", "/activities/new/?kind=party_day"),
    Picture("members", "office", "/register/members/"),
    Picture("import", "office", "/register/imports/{sheet}/"),
    Picture("heat", "leader", "/stats/heatmap/{year}/"),
    Picture("file", "clerk", "/register/members/{member}/file/"),
    Picture("own-file", "member", "/me/file/"),
    Picture("activists", "office", "/register/activists/"),
    Picture("road", "clerk", "/register/activists/{candidate}/steps/"),
    Picture("mobile", "office", "/register/mobile-members/"),
    Picture("transfers", "office", "/register/transfers/"),
    Picture("numbers", "office", "/register/numbers/"),
    Picture("quality", "office", "/register/quality/"),
    Picture("dues", "clerk", "/dues/branches/{branch}/{month}/"),
    Picture("terms", "office", "/org/terms/"),
)

# Who looks; the month that is reported, the last quarter that ended, who was middling in it; a roster that waits to be
# checked.
PREPARE = """
import json, sys
from pathlib import Path
from xianfeng.assessment.models import BranchScore, Report, Round
from xianfeng.members.imports import begin
from xianfeng.development.models import Road
from xianfeng.people.models import Appointment, Person
branch, roster = sys.argv[1], Path(sys.argv[2])
def first(role, **where):
    return Appointment.objects.filter(role__code=role, **where).order_by("organization__number", "pk").first().person
people = {"clerk": first("clerk", organization__code=branch), "office": first("office"), "leader": first("leader")}
month = Report.objects.filter(organization__code=branch).order_by("-year", "-month").first().period
quarter = [r.period for r in Round.objects.filter(subject="organization") if r.period.kind == "quarter" and r.period.end < month.start]
quarter = max(quarter, key=lambda period: period.end)
scores = BranchScore.objects.filter(round__code=quarter.code, total__isnull=False).select_related("organization")
middling = min(scores, key=lambda score: abs(score.rate - 85)).organization
sheet = begin("members", by=people["office"], filename=roster.name, content=roster.read_bytes())
of_branch = Person.objects.filter(organization__code=branch, is_member=True).order_by("number")
member = of_branch.exclude(pk__in=Appointment.objects.values("person")).first()
people["member"] = member
candidate = Road.objects.filter(person__organization__code=branch).order_by("-next_step").first().person
print(json.dumps({
    "member": member.uid, "candidate": candidate.uid,
    "people": {role: person.account for role, person in people.items()},
    "branch": branch, "month": month.code, "year": month.year, "sheet": sheet.uid,
    "quarter": quarter.code, "middling": middling.code,
}))
"""


def data_folder() -> Path:
    """A folder with the demo that may be changed."""
    copy = Path(tempfile.mkdtemp(prefix="xianfeng-images-")) / "data"
    there = Path(os.environ.get("XIANFENG_HOME", ROOT / "xianfeng-data"))
    if (there / "xianfeng.db").is_file():
        shutil.copytree(there, copy)
    else:
        copy.mkdir(mode=0o700)
        subprocess.run(
            [sys.executable, "-m", "xianfeng", "demo"],
            env=environment_of(copy),
            check=True,
            stdout=subprocess.DEVNULL,
        )
    return copy


def answer(page: Any) -> None:
    """Answer every open line of a report with what is simplest, and wait until that is saved."""
    for line in page.locator(".line.open").all():
        if line.locator("input[type=radio]").count():
            line.locator("input[type=radio]").first.check()
        elif line.locator("input.digits").count():
            line.locator("input.digits").fill("2")
        else:
            line.locator("input.input").first.fill("进入试运行")
    page.get_by_role("button", name="核对并提交").locator("visible=true").first.click()
    page.wait_for_load_state()


def small(picture: bytes) -> bytes:
    """The same picture with few colours."""
    target = BytesIO()
    Image.open(BytesIO(picture)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(
        target, "PNG", optimize=True
    )
    return target.getvalue()


def take(browser: Any, site: Site, picture: Picture, known: dict[str, Any]) -> None:
    """One page at both widths."""
    session = site.session(known["people"][picture.who])
    for suffix, viewport in (("desktop", DESK), ("phone", PHONE)):
        context = browser.new_context(
            viewport=viewport, locale="zh-CN", timezone_id="Asia/Shanghai", has_touch=viewport == PHONE
        )
        context.add_cookies([session])
        page = context.new_page()
        if picture.filled and viewport == DESK:
            page.goto(site.url + picture.path.format(**known).removesuffix("check/"))
            answer(page)
        response = page.goto(site.url + picture.path.format(**known), wait_until="networkidle")
        if response.status != 200:
            raise SystemExit(f"{picture.name}: {page.url} answered {response.status}")
        page.wait_for_function(DRAWN)
        (IMAGES / f"{picture.name}-{suffix}.png").write_bytes(small(page.screenshot()))
        context.close()


def main(names: list[str]) -> None:
    """Take the pictures of these names, or all."""
    IMAGES.mkdir(exist_ok=True)
    folder = data_folder()
    try:
        with running(folder, XIANFENG_SECOND_FACTOR="on") as site, launched() as browser:
            known = json.loads(site.run(PREPARE, BRANCH, str(ROOT / "tests/data/党员名册-乙.xlsx")))
            for picture in PICTURES:
                if not names or picture.name in names:
                    take(browser, site, picture, known)
    finally:
        shutil.rmtree(folder.parent)


if __name__ == "__main__":
    main(sys.argv[1:])
