"""One object of each kind in the own branch (甲) and in the neighbour's (乙), for the sweeps.

`examples(world)` gives url name → (arguments in 甲, arguments in 乙). None in place of the second: the page has no
owner, everybody who passes the door sees it.
"""

from __future__ import annotations

from typing import Any

# Routes that are tested elsewhere, each with the reason beside it.
OUTSIDE: frozenset[str] = frozenset(
    {
        "mfa_authenticate",  # leads back to the sign-in page unless a password was just accepted
        "account_login",  # allauth's name for the sign-in page
    }
)


REPORT_PAGES = (
    "report_detail", "report_check", "report_receipt", "report_print", "report_confirm", "report_draft",
    "report_progress", "report_photos", "photo_code", "evidence_add", "evidence_remove", "review_detail",
)  # fmt: skip


ORGANIZATION_PAGES = (
    "organization_edit", "organization_rename", "organization_move", "introduction_edit", "honour_new", "announcement_new",
)  # fmt: skip


def leadership(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """An election, an honour and an announcement in both branches."""
    from datetime import date

    from xianfeng.core.uids import new_uid
    from xianfeng.leadership.actions import Elected, change, elect
    from xianfeng.organizations import home

    terms, posts, honours, announcements = [], [], [], []
    for branch, head in ((world.jia, world.secretary), (world.yi, world.neighbour)):
        branch.refresh_from_db()
        term = branch.terms.first() or elect(
            branch, [Elected(head, "secretary", 8)], number=1, began_on=date(2025, 1, 1), by=None
        )
        # Told anew each time, so that the log shows the same kinds of rows however often this is asked.
        change(term, document=f"测〔2025〕{new_uid()}号", by=None)
        terms.append({"uid": term.uid})
        posts.append({"uid": term.posts.get().uid})
        honour = branch.honours.first() or home.honour(
            branch, title="先进党支部", given_by="县委", on=date(2026, 7, 1), by=None
        )
        home.change_honour(honour, title=honour.title, given_by=f"县委 {new_uid()}", on=honour.on, by=None)
        honours.append({"uid": honour.uid})
        announcement = branch.announcements.first() or home.announce(
            branch, title="周五学习", text="请带笔记本。", until=date(2026, 12, 31), by=None
        )
        home.change_announcement(
            announcement, title=f"学习 {new_uid()}", text=announcement.text, until=announcement.until, by=None
        )
        announcements.append({"uid": announcement.uid})
    own, foreign = {"code": world.jia.code}, {"code": world.yi.code}
    return {
        "leadership:branch_committee": (own, None),
        "leadership:term_list_of": (own, foreign),
        "leadership:term_new": (own, foreign),
        "leadership:term_roles": (own, foreign),
        "leadership:term_edit": (terms[0], terms[1]),
        "leadership:term_postpone": (terms[0], terms[1]),
        "leadership:post_new": (terms[0], terms[1]),
        "leadership:post_end": (posts[0], posts[1]),
        "organizations:honour_edit": (honours[0], honours[1]),
        "organizations:announcement_edit": (announcements[0], announcements[1]),
    }


def open_month() -> str:
    """Open October's reports, once."""
    from xianfeng.assessment.actions import open_reports
    from xianfeng.core.periods import Period

    open_reports(Period.parse("2026-10"))
    return "2026-10"


def examples(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """Make the objects by the actions users call and say where they are shown."""
    own, foreign = {"code": world.jia.code}, {"code": world.yi.code}
    files = (
        {"uid": attach(world.member, world.clerk).uid},
        {"uid": attach(world.neighbour, world.neighbour).uid},
    )
    person = {"uid": world.member.uid}, {"uid": world.neighbour.uid}
    held = {"uid": hold(world.jia, world.clerk).uid}, {"uid": hold(world.yi, world.neighbour).uid}
    gone = {"uid": left(world.jia).uid}, {"uid": left(world.yi).uid}
    notices = {"uid": tell(world.clerk).uid}, {"uid": tell(world.neighbour).uid}
    appointments = tuple({"uid": p.appointments.get().uid} for p in (world.clerk, world.neighbour))
    imports = sheet(world.jia), sheet(world.yi)
    pages = ("check", "comments", "faulty", "result", "undo")
    month = open_month()
    report = {**own, "month": month}, {**foreign, "month": month}
    rules = {"code": "branch-2026", "number": 1}, None
    return {
        **{f"imports:{page}": imports for page in pages},
        **{f"assessment:{name}": report for name in REPORT_PAGES},
        "assessment:branch_reports": (own, foreign),
        "assessment:review_decide": tuple({**where, "verb": "accept"} for where in report),
        "assessment:scheme_detail": ({"code": "branch-2026"}, None),
        **{f"assessment:scheme_{name}": rules for name in ("version", "edit", "new_version", "download")},
        "assessment:upload": ({"word": "forged"}, None),
        "files:download": files,
        "files:thumb": files,
        "files:preview": files,
        "organizations:organization_detail": (own, None),  # the home of a branch: for all members inside
        **{f"organizations:{name}": (own, foreign) for name in ORGANIZATION_PAGES},
        **leadership(world),
        "members:organization_dissolve": (own, foreign),
        "members:organization_merge": (own, foreign),
        "members:branch_members": (own, None),
        **registers(world),
        "home_section": ({"key": "branch"}, None),
        "members:member_detail": person,
        "members:member_edit": person,
        "members:member_confirm": person,
        "members:member_leave": person,
        "members:merge": (
            {"uid": world.member.uid, "other": world.clerk.uid},
            {"uid": world.neighbour.uid, "other": world.member.uid},
        ),
        "members:quality_missing": ({"register": "members"}, None),
        "messaging:notice_open": notices,
        "setup": ({"token": "x" * 43}, None),
        "people:reveal": person,
        "people:session_end": (session(world.clerk), session(world.neighbour)),
        "people:slip_print": ({"batch": "none"}, None),
        "people:slip_word": ({"batch": "none"}, None),
        "people:user_detail": person,
        "privacy:person": gone,
        "privacy:act": tuple({**who, "act": "restrict"} for who in gone),
        "people:user_act": tuple({**who, "act": "open"} for who in person),
        "people:role_detail": appointments,
        "people:role_relieve": appointments,
        "people:second_factor_drop": appointments,
        "activities:branch_activities": (own, None),
        **development(world),
        **dossiers(world),
        **scores(world),
        **dues(world),
        "activities:activity_detail": held,
        "activities:activity_edit": held,
        "activities:activity_made_up": held,
        "move": (
            {"app": "activities", "model": "activity", "uid": "0" * 16, "name": "cancel"},
            None,
        ),
    }


def development(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """An activist in each branch, examined once."""
    from datetime import date

    from xianfeng.development.actions import examine, open_roads
    from xianfeng.development.models import Examination
    from xianfeng.members.actions import NewMember, admit_all

    since = date(2025, 9, 2)
    people = admit_all(
        [NewMember("林小雨", branch, "activist", since=since) for branch in (world.jia, world.yi)], by=None
    )
    roads, held = [], []
    for person in people:
        [road] = open_roads([person])
        held.append({"uid": examine(road, on=date(2026, 3, 2), result=Examination.Result.GOOD, by=None).uid})
        roads.append({"uid": person.uid})
    pages = ("road", "road_print", "step_take_back", "extend", "examine", "stop")
    return {
        **{f"development:{page}": (roads[0], roads[1]) for page in pages},
        "development:step": ({**roads[0], "step": 6}, {**roads[1], "step": 6}),
        "development:examination_take_back": (held[0], held[1]),
    }


def dossiers(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """A file in each branch: particulars, one entry of each register, a paper, and a request for a correction."""
    from datetime import date

    from xianfeng.dossiers import actions
    from xianfeng.dossiers.models import Award, Correction, Paper, Sanction, Training, WorkPost

    day = date(2026, 3, 5)
    values: dict[str, tuple[Any, dict[str, Any]]] = {
        "workpost": (WorkPost, {"unit": "养护中心", "title": "科员", "since": day}),
        "award": (
            Award,
            {"kind": "member", "title": "优秀共产党员", "level": "county", "given_by": "县委", "on": day},
        ),
        "training": (Training, {"kind": "class", "title": "党员轮训班", "since": day, "until": day}),
        "sanction": (Sanction, {"penalty": "o1", "decided_by": "机关纪委", "on": day}),
    }
    people = world.member, world.neighbour
    rows: dict[str, list[dict[str, Any]]] = {kind: [] for kind in (*values, "paper", "asked")}
    for person in people:
        actions.change(
            person, {"native_place": "371122", "employer": f"局属单位{person.version}"}, by=world.office
        )
        for kind, (model, columns) in values.items():
            row = model.objects.live().filter(person=person).first() or actions.enter(
                model, person, columns, by=world.clerk if kind == "award" else None
            )
            # Told anew each time, so that the log shows the same kinds of rows however often this is asked.
            column = "certificate" if kind == "training" else "document"
            actions.correct(row, {column: f"测〔2026〕{row.version}号"}, by=world.office)
            rows[kind].append({"kind": kind, "uid": row.uid})
        paper = Paper.objects.live().filter(person=person).first()
        paper = actions.put_paper(person, "diploma", by=world.office) if paper is None else paper
        asked = Correction.objects.open().filter(person=person).first()
        asked = asked or actions.ask(person, "school", "省委党校", reason="见毕业证书")
        rows["paper"].append({"uid": paper.uid})
        rows["asked"].append({"uid": asked.uid})
    own, foreign = ({"uid": person.uid} for person in people)
    pages = ("file", "open", "edit", "photo", "paper_new", "file_print", "file_word")
    return {
        **{f"dossiers:{page}": (own, foreign) for page in pages},
        "dossiers:entry_new": ({**own, "kind": "training"}, {**foreign, "kind": "training"}),
        "dossiers:entry_edit": (rows["workpost"][0], rows["workpost"][1]),
        "dossiers:entry_take_back": (rows["workpost"][0], rows["workpost"][1]),
        "dossiers:paper_take_out": (rows["paper"][0], rows["paper"][1]),
        "dossiers:correction": (rows["asked"][0], rows["asked"][1]),
        "dossiers:correction_new": ({"field": "school"}, None),
    }


def registers(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """A mobile member, a case of hardship and a transfer out, of each branch."""
    from datetime import date

    from xianfeng.members import hardship, mobility, transfers
    from xianfeng.members.models import Absence, HardshipCase, Membership, Transfer

    pages: dict[str, tuple[dict[str, Any], dict[str, Any] | None]] = {}
    found: dict[str, list[dict[str, Any]]] = {"mobile": [], "hardship": [], "transfer": [], "waiting": []}
    for branch in (world.jia, world.yi):
        spells = (
            Membership.objects.members().filter(organization=branch, until=None).order_by("person__number")
        )
        people = [spell.person for spell in spells.select_related("person")]
        person = people[3]
        away = Absence.objects.filter(person=person, until=None).first() or mobility.go_out(
            person, by=world.office, place_name="青岛市", reason="work", since=date(2026, 1, 5)
        )
        case = HardshipCase.objects.filter(person=person, until=None).first() or hardship.enter(
            person,
            by=None,
            kind="1",
            degree="2",
            since=date(2026, 1, 5),
            situation="长期治疗",
            leaders=[world.leader],
        )
        letters = []
        for somebody, issued in zip(people[3:5], (True, False), strict=True):
            letter = Transfer.objects.filter(person=somebody).first()
            if letter is None:
                letter = transfers.begin_out(
                    somebody,
                    "中共莒州区委",
                    on=date(2026, 10, 1),
                    by=world.office,
                    dues_paid_until=date(2026, 10, 1),
                )
                if issued:
                    transfers.issue(letter, by=world.office)
            letters.append(letter)
        # Events of each kind of row, so that the log shows the same kinds however often this is asked.
        mobility.contact(away, day=date(2026, 10, 20), way="phone", by=world.office)
        hardship.read(case, by=None, reason="走访慰问")
        transfers.change(letters[1], {"reason": f"工作调动{letters[1].version}"}, by=world.office)
        for kind, row in (
            ("mobile", away), ("hardship", case), ("transfer", letters[0]), ("waiting", letters[1]),
        ):  # fmt: skip
            found[kind].append({"uid": row.uid})
    for kind, names in {
        "mobile": ("detail", "edit", "contact", "end"),
        "hardship": ("detail", "edit", "end"),
        "transfer": ("detail", "letter", "word"),
    }.items():
        for name in names:
            pages[f"members:{kind}_{name}"] = (found[kind][0], found[kind][1])
    pages["members:transfer_edit"] = (found["waiting"][0], found["waiting"][1])
    return pages


def tell(person: Any) -> Any:
    """A notice to one person."""
    from xianfeng.members.notices import PLACED
    from xianfeng.messaging.actions import notify
    from xianfeng.messaging.models import Notice

    notify([person], PLACED, {"branch": "甲党支部"}, key="example")
    return Notice.objects.get(person=person, key="example")


def left(branch: Any) -> Any:
    """Somebody who is on the roll of a branch no more."""
    from datetime import date

    from xianfeng.members.actions import NewMember, admit, leave

    person = admit(NewMember("林小雨", branch, "full", since=date(2020, 1, 1)), by=None)
    leave(person, on=date(2026, 10, 1), by=None)
    return person


def session(person: Any) -> dict[str, Any]:
    """A session that a person has somewhere."""
    from xianfeng.people.models import SignIn

    return {"uid": SignIn.objects.get_or_create(person=person, session_key=f"of {person.pk}")[0].uid}


def attach(person: Any, by: Any) -> Any:
    """A picture attached to a person."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from tests.files.samples import photo
    from xianfeng.files.storing import store

    upload = SimpleUploadedFile("a.jpg", photo())
    return store(upload, target=person, permission="members.view", by=by)


def hold(branch: Any, by: Any) -> Any:
    """An hour of volunteering at a branch."""
    from datetime import date
    from decimal import Decimal

    from xianfeng.activities.actions import record_activity

    return record_activity(branch, "volunteering", date(2026, 10, 15), by=by, present=[by], hours=Decimal(1))


def sheet(branch: Any) -> dict[str, str]:
    """A roster that waits to be imported at a branch."""
    from xianfeng.members import imports

    batch = imports.begin("members", by=None, pasted="支部\t姓名\t身份证号\n甲党支部\t王新\t379900")
    batch.organization = branch
    batch.save(update_fields=["organization"])
    return {"uid": batch.uid}


def scores(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """The third quarter, computed; what it holds of each branch and of each of its members."""
    from datetime import date

    from xianfeng.assessment.actions import ensure_default_schemes
    from xianfeng.assessment.models import MemberScore
    from xianfeng.assessment.rounds import recompute_current

    ensure_default_schemes(2026)
    recompute_current(date(2026, 10, 27))
    period = {"period": "2026-q3"}
    branches = {**period, "code": world.jia.code}, {**period, "code": world.yi.code}
    kept = MemberScore.objects.filter(round__code="2026-q3")
    members = tuple(
        {**period, "uid": kept.get(person=person).uid} for person in (world.member, world.neighbour)
    )
    return {
        "scores:branch_panel": ({"code": world.jia.code}, None),
        "scores:branch_sheet": (period, None),
        "scores:member_sheet": (period, None),
        "scores:round_close": (period, None),
        "scores:branch_score": branches,
        "scores:branch_why": branches,
        "scores:member_why": (members[0], members[1]),
        "scores:heatmap": ({"year": 2026}, None),
        "scores:my_score": (period, None),
    }


def dues(world: Any) -> dict[str, tuple[dict[str, Any], dict[str, Any] | None]]:
    """October's dues of both branches, a decision each, and a quarter passed on."""
    from datetime import date

    from xianfeng.core.periods import Period
    from xianfeng.dues import actions
    from xianfeng.dues.models import Due, Reduction, Remittance
    from xianfeng.people.models import Person

    october, day = Period.parse("2026-10"), date(2026, 10, 12)
    people = Person.objects.filter(is_member=True, organization__isnull=False).select_related("organization")
    actions.set_bases([actions.NewBase(p, "serving", 500_000) for p in people], since=october, by=None)
    rows: dict[str, list[dict[str, Any]]] = {"line": [], "month": [], "decision": [], "quarter": []}
    for person, branch, by in (
        (world.member, world.jia, world.clerk),
        (world.neighbour, world.yi, world.neighbour),
    ):
        decision = Reduction.objects.filter(person=person).first() or actions.reduce(
            person, first=october, last=october, fen=1000, reason="other", decided_on=day,
            document="支委会纪要", by=by,
        )  # fmt: skip
        passed_on = Remittance.objects.filter(settlement__organization=branch).first() or actions.remit(
            branch, october, fen=5000, on=day, receipt_number="1", by=by
        )
        line = Due.objects.select_related("collection").get(person=person, month=october.start)
        for name, row in (
            ("line", line),
            ("month", line.collection),
            ("decision", decision),
            ("quarter", passed_on.settlement),
        ):
            rows[name].append({"uid": row.uid})
    places = [{"code": world.jia.code}, {"code": world.yi.code}]
    branch_pages = ("branch", "bases", "reduction_new", "remittance_new")
    months, years = (
        [{**place, **more} for place in places] for more in ({"month": "2026-10"}, {"year": 2026})
    )
    return {
        **{f"dues:{page}": (places[0], places[1]) for page in branch_pages},
        "dues:collection": (months[0], months[1]),
        "dues:collection_all": (months[0], months[1]),
        "dues:accounts": (years[0], years[1]),
        "dues:due_detail": (rows["line"][0], rows["line"][1]),
        "dues:collection_record": (rows["month"][0], rows["month"][1]),
        "dues:reduction_detail": (rows["decision"][0], rows["decision"][1]),
        "dues:settlement_record": (rows["quarter"][0], rows["quarter"][1]),
    }
