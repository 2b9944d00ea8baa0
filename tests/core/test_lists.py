"""A list on one page is not counted; a longer one is, and its pages fit together."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xianfeng.core.actor import Viewer
from xianfeng.core.lists import Pages, Question
from xianfeng.members.models import Membership
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db


def asked(number, per_page):
    with CaptureQueriesContext(
        connection,
    ) as made:
        page = Pages(lambda: Person.objects.order_by("pk"), per_page).get_page(number)
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
    page = Pages(Person.objects.none, 10).get_page(None)
    assert (list(page), page.paginator.count, page.paginator.num_pages) == ([], 0, 1)


class ByPlace:
    """A question about memberships, and how often its rows were put together."""

    def __init__(self):
        self.built = 0
        self.question = Question("members.view", self.build)

    def build(self, viewer, day):
        self.built += 1
        return Membership.objects.visible_to(viewer, "members.view").on(day).select_related("person")

    def names(self, visitor, day, per_page=50):
        asked = self.question.of(visitor, day)
        return {row.person.name for row in Pages(asked.rows, per_page, (asked,)).get_page(None)}


def test_a_question_is_put_together_once_for_all_who_look_from_the_same_place(world, today):
    people = ByPlace()
    here = set(world.jia.memberships.on(today).values_list("person__name", flat=True))
    assert people.names(world.clerk, today) == people.names(world.clerk, today) == here
    assert people.built == 1
    Person.objects.filter(pk=world.member.pk).update(name="改了名")
    assert "改了名" in people.names(world.clerk, today)
    assert people.built == 1


def test_whoever_looks_from_elsewhere_or_on_another_day_gets_the_own_answer(world, today):
    people = ByPlace()
    own, neighbours = people.names(world.clerk, today), people.names(world.neighbour, today)
    assert own and neighbours and not own & neighbours
    assert people.names(world.clerk, date(1900, 1, 1)) == set()
    assert len(people.names(world.clerk, today, per_page=1)) == 1


def test_a_question_learns_nothing_else_of_whoever_looks(world):
    viewer = Viewer(world.clerk.pk, "members.view", ("1/",))
    with pytest.raises(ValueError, match="asked for members"):
        viewer.places("members.change")
    with pytest.raises(NotImplementedError):
        viewer.can("members.view")


def test_pages_further_on_are_read_by_their_keys(world, today):
    asked = Membership.objects.select_related("person").order_by("person__name", "pk")
    everybody = [row.pk for row in asked]
    found = [row.pk for number in (1, 2, 3) for row in Pages(asked.all, 2).get_page(str(number))]
    assert found == everybody[:6]
