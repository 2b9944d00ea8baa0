"""How each measure is spoken of, in Chinese and in English.

One row per measure: what it is called, how one says what was due and what was done, and its unit. A measure
that is not listed is spoken of by its title (or its code) in general words.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Phrase:
    """“党课：应上 3 次，实上 2 次” and “Party lectures: 3 due, 2 held”."""

    zh: str
    due: str
    did: str
    unit: str
    en: str
    done: str


def _meeting(zh: str, en: str) -> Phrase:
    return Phrase(zh, "应开", "实开", "次", en, "held")


def _activity(zh: str, en: str) -> Phrase:
    return Phrase(zh, "应开展", "实开展", "次", en, "held")


def _paper(zh: str, en: str) -> Phrase:
    return Phrase(zh, "应报", "按时报送", "份", en, "handed in on time")


def _mark(zh: str, en: str) -> Phrase:
    return Phrase(zh, "满分", "评得", "分", en, "awarded")


def _thing(zh: str, unit: str, en: str, done: str = "done") -> Phrase:
    return Phrase(zh, "应办", "已办", unit, en, done)


def _event(zh: str, en: str, unit: str = "次") -> Phrase:
    return Phrase(zh, "应有", "发生", unit, en, "recorded")


PHRASES: dict[str, Phrase] = {
    "meeting.assembly": _meeting("党员大会", "Branch assemblies"),
    "meeting.committee": _meeting("支委会", "Committee meetings"),
    "meeting.group": _meeting("党小组会", "Group meetings"),
    "meeting.lecture": Phrase("党课", "应上", "实上", "次", "Party lectures", "held"),
    "meeting.secretary_lecture": Phrase("书记讲党课", "应讲", "实讲", "次", "Secretary's lecture", "given"),
    "meeting.attendance": Phrase("出勤", "应到", "实到", "人次", "Attendance", "present"),
    "meeting.party_day": _activity("主题党日", "Party day"),
    "meeting.life": _meeting("组织生活会", "Organizational life meeting"),
    "meeting.appraisal": _activity("民主评议党员", "Appraisal of members"),
    "meeting.appraisal_turnout": Phrase("民主评议参评", "应参加", "实参加", "人", "Turnout", "took part"),
    "meeting.appraisal_quota": _thing("优秀比例控制", "次", "Share of “outstanding”", "kept"),
    "talk.coverage": Phrase("谈心谈话", "应谈", "已谈", "人", "Heart-to-heart talks", "talked with"),
    "volunteer.hours": Phrase("志愿服务", "应服务", "已服务", "小时", "Volunteer hours", "served"),
    "education.integrity": _activity("廉政教育", "Integrity education"),
    "education.warning": _activity("警示教育", "Cautionary education"),
    "assessment.on_time": _paper("月报", "Monthly reports"),
    "register.completeness": Phrase(
        "四库必填项", "应填", "已填", "项", "Required fields of the registers", "filled in"
    ),
    "committee.complete": Phrase("班子职数", "应配", "实配", "职", "Committee posts", "filled"),
    "committee.term": Phrase("按期换届", "应按期", "按期", "期", "Term of office", "in order"),
    "responsibility.letter": Phrase(
        "目标责任书", "应签", "按时签订", "份", "Responsibility letter", "signed"
    ),
    "responsibility.special_meeting": _meeting("党建专题会议", "Special meeting on Party building"),
    "responsibility.regular_meeting": _meeting("党建例会", "Regular meetings on Party building"),
    "responsibility.report": _paper("书记述职报告", "Secretary's report"),
    "responsibility.appraisal": Phrase("述职评议", "应参加", "实参加", "次", "Debriefing", "attended"),
    "debrief.grade": _mark("述职评议等次", "Debriefing grade"),
    "learning.secretary_hours": Phrase(
        "书记和支委学时达标", "应达标", "已达标", "人", "Committee members' study hours", "reached"
    ),
    "report.plan": _paper("年度计划", "Annual plan"),
    "report.half_year": _paper("半年小结", "Half-year summary"),
    "report.summary": _paper("年度总结", "Annual summary"),
    "report.rules": _paper("制度目录", "List of rules"),
    "dues.collected": Phrase("党费收缴", "应收", "收齐", "个月", "Dues collected", "complete"),
    "dues.remitted": Phrase("党费上缴", "应缴", "按时上缴", "次", "Dues remitted", "on time"),
    "dues.published": Phrase("党费公示", "应公示", "已公示", "次", "Dues published", "published"),
    "dues.paid": Phrase("交纳党费", "应交", "按时交纳", "个月", "Dues", "paid on time"),
    "disclosure.items": Phrase("党务公开", "应公开", "按时公开", "项", "Disclosure", "published"),
    "rectification.closed": Phrase("问题整改", "应销号", "已销号", "项", "Rectification", "closed"),
    "interaction.answered": Phrase("意见办理", "应答复", "按期答复", "件", "Suggestions", "answered in time"),
    "learning.qualified": Phrase(
        "学分达标", "应达标", "已达标", "人", "Members with enough credits", "reached"
    ),
    "learning.plan": _thing("学习计划", "份", "Study plans", "made"),
    "learning.credit": Phrase("学分", "应修", "已修", "分", "Credits", "earned"),
    "development.overdue": _event("发展党员程序超期", "Overdue steps of admission", "例"),
    "transfer.overdue": _event("转接回执逾期", "Overdue transfer receipts", "例"),
    "mobile.contacted": Phrase("流动党员联系", "应联系", "已联系", "人", "Mobile members", "contacted"),
    "integrity.pledge": Phrase("廉政承诺", "应签", "已签", "人", "Integrity pledges", "signed"),
    "messaging.integrity_reach": Phrase(
        "廉政短信送达", "应送达", "已送达", "条", "Integrity messages", "reached"
    ),
    "integrity.test": Phrase("廉政测试合格", "应合格", "合格", "人", "Integrity test", "passed"),
    "integrity.dossier": Phrase("廉政档案", "应建", "已建", "份", "Integrity files", "kept"),
    "integrity.risk_review": Phrase(
        "廉政风险点排查", "应排查", "按期排查", "项", "Risk points", "reviewed in time"
    ),
    "integrity.alert_handled": Phrase(
        "廉政预警处置", "应处置", "按期处置", "项", "Alerts", "handled in time"
    ),
    "integrity.conduct": _event("作风与执纪问题", "Breaches of discipline", "分"),
    "innovation.project": _mark("品牌立项", "Innovation project"),
    "innovation.implementation": _mark("品牌实施", "Innovation at work"),
    "innovation.result": _mark("创新成效", "Innovation result"),
    "care.pairing": Phrase(
        "困难党员结对", "应结对", "已结对", "人", "Pairing with members in need", "paired"
    ),
    "care.visit": Phrase("走访结对对象", "应走访", "实走访", "次", "Visits", "made"),
    "village.visit": _activity("包联共建", "Visits to the paired village"),
    "post.duty": _mark("岗位履职与承诺践诺", "Duties and promises"),
    "appraisal.grade": _mark("民主评议", "Appraisal"),
    "lecture.given": _event("讲党课", "Lectures given"),
    "suggestion.adopted": _event("建议被采纳", "Suggestions adopted", "条"),
    "award.nation": _event("国家级表彰", "National awards", "项"),
    "award.province": _event("省级表彰", "Provincial awards", "项"),
    "award.city": _event("市级表彰", "City awards", "项"),
    "award.county": _event("县级表彰", "County awards", "项"),
    "award.bureau": _event("局级表彰", "Bureau awards", "项"),
    "experience.promoted": _event("经验推广", "Experience passed on by superiors"),
    "media.reported": _event("媒体报道", "Media reports", "分"),
    "veto.fabrication": _event("材料造假", "Fabricated records", "件"),
    "veto.case": _event("立案审查或处分", "Cases under investigation", "件"),
    "veto.safety": _event("安全生产责任事故", "Safety accidents", "件"),
    "veto.dues": _event("贪污挪用党费", "Embezzled dues", "件"),
}


def phrase(measure: str, title: str = "") -> Phrase:
    """How a measure is spoken of; the title (else the code) where nobody has written it down."""
    name = title or measure
    return PHRASES.get(measure) or Phrase(name, "应完成", "已完成", "", name, "done")
