"""A filter by one of a few rows reads them once, and takes none that it does not offer."""

import pytest
from django.utils.translation import override
from django_filters import FilterSet

from xianfeng.core.filters import MANY, RowFilter
from xianfeng.organizations.models import Organization
from xianfeng.people.models import Person

pytestmark = pytest.mark.django_db


class ByBranch(FilterSet):
    branch = RowFilter(
        field_name="organization",
        rows=lambda request: Organization.objects.filter(code="jt-12").values_list(
            "code", "pk", "short_name"
        ),
        empty_label="all",
    )


def chosen(code):
    return ByBranch({"branch": code}, queryset=Person.objects.all())


def test_the_rows_are_read_once_for_the_list_and_for_what_was_chosen(world, django_assert_num_queries):
    found = chosen("jt-12")
    with django_assert_num_queries(1):
        assert found.form.is_valid()
        shown = str(found.form["branch"])
    assert '<option value="">all</option>' in shown
    assert f'<option value="jt-12" selected>{world.jia}</option>' in shown
    assert set(found.qs) == set(Person.objects.filter(organization=world.jia))


@pytest.mark.parametrize("code", ["jt-18", "nowhere", "1", "\x00"])
def test_what_is_not_offered_is_no_choice(world, code):
    assert not chosen(code).form.is_valid()


def test_nothing_chosen_narrows_nothing_down(world):
    assert chosen("").form.is_valid()
    assert set(chosen("").qs) == set(Person.objects.all())


def test_every_page_reads_its_rows_anew(world):
    assert str(world.jia) in str(chosen("").form["branch"])
    Organization.objects.filter(pk=world.jia.pk).update(short_name="改了名")
    assert "改了名" in str(chosen("").form["branch"])


def many(request):
    return [(f"jt-{number}", number, f"第{number}党支部") for number in range(MANY + 1)]


def named(request, typed):
    return [row for row in many(request) if typed in row[2] or typed == row[0]][:2]


class ByName(FilterSet):
    branch = RowFilter(field_name="organization", rows=many, find=named, empty_label="all")


def test_among_very_many_one_is_typed():
    assert "<select" not in str(ByName({}, queryset=Person.objects.all()).form["branch"])
    for typed, pk in (("第77党", 77), (" jt-8 ", 8), ("", None)):
        form = ByName({"branch": typed}, queryset=Person.objects.all()).form
        assert form.is_valid(), form.errors
        assert form.cleaned_data["branch"] == pk


@pytest.mark.parametrize(
    ("typed", "said"), [("第9", "fits more than one"), ("港口", "Nothing is called “港口”")]
)
def test_what_names_none_or_several_is_said(typed, said):
    with override("en"):
        (error,) = ByName({"branch": typed}, queryset=Person.objects.all()).form.errors["branch"]
    assert said in error
