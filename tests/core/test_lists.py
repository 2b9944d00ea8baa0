"""A list on one page is not counted; a longer one is, and its pages fit together."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xianfeng.core.lists import Pages
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db


def asked(number, per_page):
    with CaptureQueriesContext(
        connection,
    ) as made:
        page = Pages(Person.objects.order_by("pk"), per_page).get_page(number)
        return [row.pk for row in page], page.paginator.count, page.has_next(), len(made)


def test_what_fits_on_one_page_is_read_with_one_query(world):
    everybody = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    for number in (None, "", "1"):
        assert asked(number, len(everybody)) == (everybody, len(everybody), False, 1)


def test_a_longer_list_is_counted_and_goes_on(world):
    everybody = list(Person.objects.order_by("pk").values_list("pk", flat=True))
    assert asked(None, 2) == (everybody[:2], len(everybody), True, 2)
    assert asked("2", 2)[:3] == (everybody[2:4], len(everybody), len(everybody) > 4)
    assert asked("99", 2)[0] == everybody[-2 + len(everybody) % 2 :]


def test_an_empty_list_has_an_empty_page(world):
    page = Pages(Person.objects.none(), 10).get_page(None)
    assert (list(page), page.paginator.count, page.paginator.num_pages) == ([], 0, 1)
