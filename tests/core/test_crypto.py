"""Sealed values open in their own place only; an index finds equal values however they are typed."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from hypothesis import strategies as st

from xianfeng.core import crypto, keys
from xianfeng.core.crypto import CannotOpen, blind, normalise, open_sealed, seal

LABEL, OTHER = "people.person.phone", "people.person.id_number"
ROW, NEIGHBOUR = "0123456789abcdef", "fedcba9876543210"
quick = effort(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.mark.parametrize("suite", ["intl", "gm"])
@quick
@given(clear=st.text(min_size=1, max_size=80))
def test_opens_what_it_sealed(home: Path, settings: Any, suite: str, clear: str) -> None:
    settings.CRYPTO_SUITE = suite
    token = seal(clear, LABEL, ROW)
    assert token.startswith({"intl": "v1.a1.", "gm": "v1.s1."}[suite])
    assert open_sealed(token, LABEL, ROW) == clear


@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_refuses_another_row_another_column_and_other_keys(home: Path, settings: Any, suite: str) -> None:
    settings.CRYPTO_SUITE = suite
    token = seal("13800001234", LABEL, ROW)
    for label, row in [(LABEL, NEIGHBOUR), (OTHER, ROW), (OTHER, NEIGHBOUR)]:
        with pytest.raises(CannotOpen):
            open_sealed(token, label, row)
    settings.XIANFENG_HOME = home / "another"
    with pytest.raises(CannotOpen):
        open_sealed(token, LABEL, ROW)


def test_refuses_every_altered_character(home: Path) -> None:
    token = seal("13800001234", LABEL, ROW)
    for at in range(len(token)):
        changed = token[:at] + ("B" if token[at] != "B" else "C") + token[at + 1 :]
        with pytest.raises(CannotOpen):
            open_sealed(changed, LABEL, ROW)
    for cut in range(len(token)):
        with pytest.raises(CannotOpen):
            open_sealed(token[:cut], LABEL, ROW)


def test_equal_values_seal_differently(home: Path) -> None:
    assert len({seal("13800001234", LABEL, ROW) for _ in range(50)}) == 50


def test_changing_the_suite_keeps_old_values_readable(home: Path, settings: Any) -> None:
    token = seal("13800001234", LABEL, ROW)
    settings.CRYPTO_SUITE = "gm"
    assert open_sealed(token, LABEL, ROW) == "13800001234"


def test_an_unknown_suite_is_an_error(home: Path, settings: Any) -> None:
    settings.CRYPTO_SUITE = "rot13"
    with pytest.raises(ValueError, match="intl or gm"):
        seal("1", LABEL, ROW)


def test_a_new_key_seals_and_the_old_one_opens(home: Path) -> None:
    old = seal("13800001234", LABEL, ROW)
    second = home / "keys" / "data-2.key"
    second.write_text("cd" * 32)
    second.chmod(0o400)
    keys.load.cache_clear()
    new = seal("13800001234", LABEL, ROW)
    assert (crypto.key_id(old), crypto.key_id(new), crypto.key_id("plain")) == (1, 2, None)
    assert open_sealed(old, LABEL, ROW) == open_sealed(new, LABEL, ROW) == "13800001234"


def test_a_row_without_uid_cannot_be_sealed(home: Path) -> None:
    with pytest.raises(ValueError, match="uid"):
        seal("13800001234", LABEL, "")


@pytest.mark.parametrize(
    "typed",
    [
        "37990019900101123X",
        "37990019900101123x",
        " 379900 19900101 123X ",
        "３７９９００１９９００１０１１２３ｘ",
        "379900-19900101-123X",
    ],
)
@pytest.mark.parametrize("suite", ["intl", "gm"])
def test_one_index_however_it_is_typed(home: Path, settings: Any, suite: str, typed: str) -> None:
    settings.CRYPTO_SUITE = suite
    assert blind(OTHER, typed) == blind(OTHER, "37990019900101123X")


@quick
@given(one=st.text(max_size=30), two=st.text(max_size=30))
def test_indexes_are_equal_exactly_when_the_values_are(home: Path, one: str, two: str) -> None:
    assert (blind(LABEL, one) == blind(LABEL, two)) == (normalise(one) == normalise(two))


def test_an_index_depends_on_column_suite_and_installation(home: Path, settings: Any) -> None:
    seen = {blind(LABEL, "13800001234"), blind(OTHER, "13800001234")}
    settings.CRYPTO_SUITE = "gm"
    seen.add(blind(LABEL, "13800001234"))
    settings.CRYPTO_SUITE, settings.XIANFENG_HOME = "intl", home / "another"
    seen.add(blind(LABEL, "13800001234"))
    assert len(seen) == 4
    assert {len(index) for index in seen} == {32}


def test_nothing_is_found_by_an_empty_value(home: Path) -> None:
    assert blind(LABEL, " - ") == ""


def test_mac_depends_on_label_data_and_keys(home: Path, settings: Any) -> None:
    seen = {crypto.mac("chain", b"a"), crypto.mac("chain", b"b"), crypto.mac("score", b"a")}
    assert crypto.mac("chain", b"a") in seen
    settings.CRYPTO_SUITE = "gm"
    seen.add(crypto.mac("chain", b"a"))
    settings.CRYPTO_SUITE, settings.XIANFENG_HOME = "intl", home / "another"
    seen.add(crypto.mac("chain", b"a"))
    assert len(seen) == 5
    assert {len(one) for one in seen} == {32}


def test_sm4_gcm_matches_rfc_8998() -> None:
    """Appendix A.1 of RFC 8998."""
    cipher = crypto.Sm4Gcm(bytes.fromhex("0123456789abcdeffedcba9876543210"))
    clear = bytes.fromhex("".join(c * 16 for c in ("a", "b", "c", "d", "e", "f", "e", "a")))
    aad = bytes.fromhex("feedfacedeadbeeffeedfacedeadbeefabaddad2")
    sealed = cipher.encrypt(bytes.fromhex("00001234567800000000abcd"), clear, aad)
    assert sealed.hex() == (
        "17f399f08c67d5ee19d0dc9969c4bb7d5fd46fd3756489069157b282bb200735"
        "d82710ca5c22f0ccfa7cbf93d496ac15a56834cbcf98c397b4024a2691233b8d"
        "83de3541e4c2b58177e065a9bf7b62ec"
    )
