"""How much is owed: the vectors of the rules, and what must hold for every base."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xianfeng.dues import rules
from xianfeng.dues.rules import Group

MONTH = date(2026, 10, 1)


def owed(group: str, yuan: str) -> Decimal:
    return rules.yuan(rules.due(group, rules.fen(Decimal(yuan)), MONTH))


@pytest.mark.parametrize(
    ("base", "due"),
    [
        ("3000", "15.00"), ("3000.01", "30.00"), ("3001", "30.01"), ("5000", "50.00"), ("5001", "75.02"),
        ("10000", "150.00"), ("10001", "200.02"),
    ],
)  # fmt: skip
def test_serving_members_pay_by_bracket(base, due):
    assert owed("serving", base) == Decimal(due)


@pytest.mark.parametrize(("base", "due"), [("5000", "25.00"), ("5001", "50.01")])
def test_retired_members_pay_by_pension(base, due):
    assert owed("retired", base) == Decimal(due)


def test_groups_without_pay_owe_amounts_within_limits():
    assert owed("fixed", "0") == owed("fixed", "9000") == Decimal("0.20")
    assert owed("farmer", "0.20") == Decimal("0.20")
    assert owed("farmer", "1") == Decimal("1.00")
    for outside in ("0.19", "1.01"):
        with pytest.raises(ValueError, match="between"):
            owed("farmer", outside)


def test_before_there_were_rules_nothing_is_reckoned():
    with pytest.raises(LookupError):
        rules.due("serving", 300_000, date(2007, 12, 1))


@given(st.sampled_from([Group.SERVING, Group.RETIRED]), st.integers(0, 10**8), st.integers(0, 10**8))
def test_whoever_earns_more_never_owes_less(group, one, other):
    low, high = sorted((one, other))
    assert rules.due(group, low, MONTH) <= rules.due(group, high, MONTH)


@given(st.sampled_from([Group.SERVING, Group.RETIRED]), st.integers(0, 10**8))
def test_what_is_owed_is_the_rate_of_the_bracket_on_the_whole_base(group, base):
    table = rules.table(group, MONTH)
    [bracket, *_higher] = [b for b in table.brackets if b.up_to is None or base <= b.up_to]
    exact = base * bracket.rate
    assert abs(rules.due(group, base, MONTH) - exact) <= Decimal("0.5")
    assert (exact % 1 != Decimal("0.5")) or rules.due(group, base, MONTH) > exact


@given(st.integers(0, 10**9))
def test_fen_become_yuan_and_fen_again(fen):
    assert rules.fen(rules.yuan(fen)) == fen


def test_there_is_nothing_smaller_than_a_fen():
    with pytest.raises(ValueError, match="two decimals"):
        rules.fen(Decimal("1.005"))
