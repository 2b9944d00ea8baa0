"""What leaves as a sheet and comes back changes nothing: mobile members and members in hardship, whatever is on record."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.members.test_exports import TEXTS, counts, id_number
from xianfeng.members import hardship, mobility
from xianfeng.members.exports import REGISTERS, export
from xianfeng.members.models import Absence, HardshipCase, Membership

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today"), pytest.mark.slow]
SMALL = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SAID = TEXTS.filter(bool)
PHONES = st.sampled_from(["", "13800000001", "0633-6220000", "+85261234567", "8622"])
SINCE = st.dates(date(2024, 1, 1), date(2026, 10, 1))


@st.composite
def absences(draw: st.DrawFn) -> dict[str, Any]:
    """A spell as it may be on record, complete or not."""
    since = draw(SINCE)
    return {
        "place_name": draw(SAID),
        "abroad": draw(st.booleans()),
        "reason": draw(st.sampled_from(Absence.Reason.values)),
        "since": since,
        "expected_until": draw(st.none() | st.just(since + timedelta(days=400))),
        "phone": draw(PHONES),
        "other_organization": draw(TEXTS),
        "other_contact": draw(TEXTS),
        "other_phone": draw(PHONES),
        "certificate": draw(TEXTS | st.sampled_from(["00123", "=1+1"])),
        "registered_on": draw(st.none() | SINCE),
        "registered_there_on": draw(st.none() | SINCE),
    }


@SMALL
@given(
    away=st.lists(absences(), max_size=4),
    guests=st.lists(absences(), max_size=3),
    identified=st.booleans(),
    clear=st.booleans(),
)
def test_mobile_members(
    away: list[dict[str, Any]], guests: list[dict[str, Any]], identified: bool, clear: bool, world: Any
) -> None:
    with transaction.atomic():
        spells = Membership.objects.members().filter(organization=world.jia).select_related("person")
        for spell, told in zip(spells, away, strict=False):
            mobility.go_out(spell.person, by=None, **told)
        for serial, told in enumerate(guests):
            personal = {"id_number": id_number(500 + serial)} if identified else {}
            mobility.come_in(f"林小{'雨雪风'[serial]}", world.yi, by=None, personal=personal, **told)
        content = export(REGISTERS["mobile"], by=world.office, clear=clear, reason="核对双向登记")
        assert counts(content, "mobile") == (0, 0, len(away) + len(guests), 0)
        transaction.set_rollback(True)


@SMALL
@given(
    told=st.lists(
        st.fixed_dictionaries(
            {
                "kind": st.sampled_from(HardshipCase.Kind.values),
                "degree": st.sampled_from(HardshipCase.Degree.values),
                "since": SINCE,
                "situation": SAID | st.sampled_from(["长期治疗。\n家中一人有收入。", "=无", "无"]),
                "measures": TEXTS,
            }
        ),
        max_size=4,
    ),
    clear=st.booleans(),
)
def test_members_in_hardship(told: list[dict[str, Any]], clear: bool, world: Any) -> None:
    with transaction.atomic():
        spells = Membership.objects.members().filter(organization=world.jia).select_related("person")
        for spell, values in zip(spells, told, strict=False):
            hardship.enter(spell.person, by=None, **values)
        content = export(REGISTERS["hardship"], by=world.secretary, clear=clear, reason="走访慰问")
        assert counts(content, "hardship") == (0, 0, len(told), 0)
        transaction.set_rollback(True)
