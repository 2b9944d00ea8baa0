"""Addresses of rows are those that Django resolves."""

import pytest
from django.urls import reverse
from django.urls.base import set_script_prefix

from xianfeng.core.addresses import address, page
from xianfeng.core.uids import new_uid


@pytest.mark.parametrize(
    "name", ["members:member_detail", "activities:activity_detail", "people:user_detail"]
)
def test_the_address_of_a_public_id(name):
    for key in (new_uid(), new_uid()):
        assert address(name, key) == reverse(name, args=[key])


def test_the_address_of_a_code():
    for code in ("jt", "jt-12", "jt-ly_01"):
        assert address("organizations:organization_detail", code) == reverse(
            "organizations:organization_detail", args=[code]
        )


def test_the_address_of_a_page():
    assert page("members:member_list") == reverse("members:member_list")


def test_it_follows_the_prefix_it_is_served_under():
    key = new_uid()
    try:
        set_script_prefix("/party/")
        assert address("members:member_detail", key) == reverse("members:member_detail", args=[key])
        assert address("members:member_detail", key).startswith("/party/")
        assert page("members:member_list") == reverse("members:member_list")
    finally:
        set_script_prefix("/")
    assert address("members:member_detail", key) == reverse("members:member_detail", args=[key])
