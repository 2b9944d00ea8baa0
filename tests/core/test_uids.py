"""Public ids cannot be guessed and fit their place in an address."""

import re

from xianfeng.core.uids import ALPHABET, UidConverter, UidField, new_uid


def test_uids_are_random_and_well_formed() -> None:
    made = {new_uid() for _ in range(2000)}
    assert len(made) == 2000
    assert all(re.fullmatch(UidConverter.regex, uid) for uid in made)
    assert {character for uid in made for character in uid} == set(ALPHABET)


def test_addresses_take_nothing_but_uids() -> None:
    for wrong in (
        "1",
        "0123456789abcde",
        "0123456789ABCDEF",
        "0123456789abcdeo",
        "../../etc/passwd",
        "0123456789abcdef0",
    ):
        assert not re.fullmatch(UidConverter.regex, wrong)


def test_the_field_describes_itself_briefly_in_migrations() -> None:
    field = UidField()
    field.set_attributes_from_name("uid")
    name, path, args, kwargs = field.deconstruct()
    assert (name, path, args, kwargs) == ("uid", "xianfeng.core.uids.UidField", [], {})
    assert UidField(*args, **kwargs).max_length == 16
