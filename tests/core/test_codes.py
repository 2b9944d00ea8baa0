"""National code lists and places: kept as codes, shown in words."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from xianfeng.core.codes import EDUCATION, ETHNIC
from xianfeng.core.regions import is_region, read_region, region
from xianfeng.people.models import Person


def test_a_code_is_shown_in_the_language_of_the_reader() -> None:
    person = Person(ethnicity="05", education="20")
    with translation.override("zh-hans"):
        assert (person.get_ethnicity_display(), person.get_education_display()) == ("维吾尔族", "大学本科")
    with translation.override("en"):
        assert (person.get_ethnicity_display(), person.get_education_display()) == (
            "Uygur",
            "bachelor's course",
        )
    assert ETHNIC.chinese("05") == "维吾尔族"


def test_what_is_in_no_list_is_its_own_word() -> None:
    assert Person(education="省委党校").get_education_display() == "省委党校"
    assert EDUCATION.chinese("省委党校") == "省委党校"


def test_there_are_56_ethnic_groups_in_the_order_of_the_standard() -> None:
    assert [*ETHNIC][:1] == ["01"] and ETHNIC.chinese("56") == "基诺族" and len([*ETHNIC]) == 57


@pytest.mark.parametrize("written", ["371122", "莒县", "山东莒县", "山东省日照市莒县", " 山东省 莒县 "])
def test_a_place_is_read_from_its_code_and_from_words(written: str) -> None:
    assert read_region(written) == "371122"
    assert region("371122") == "山东省日照市莒县"


def test_former_places_of_older_papers_are_known() -> None:
    assert region(read_region("章丘县")) == "山东省济南市章丘县"


def test_a_name_that_several_places_have_asks_for_the_province() -> None:
    with translation.override("en"), pytest.raises(ValidationError, match="Please write the province"):
        read_region("鼓楼区")


def test_what_is_no_place_is_refused_with_the_cure() -> None:
    assert not is_region("379900")
    with translation.override("en"), pytest.raises(ValidationError, match="six digits"):
        read_region("379900")
    with translation.override("en"), pytest.raises(ValidationError, match="for example"):
        read_region("某地")
