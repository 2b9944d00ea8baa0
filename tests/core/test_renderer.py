"""Controls that are joined come out as Django's templates would make them, to the letter."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from xianfeng.core.forms import DayInput
from xianfeng.core.renderer import Renderer

ODD = "<b>\"'&甲</b>"
CHOICES = [
    ("", "---"),
    ("a", ODD),
    (2, mark_safe("<i>2</i>")),
    ("g", [("x", "甲"), ("y", gettext_lazy("Tools"))]),
]
CONTROLS = [
    (forms.TextInput(attrs={"class": ODD, "data-x": 3, "hidden": False}), ODD),
    (forms.TextInput(), mark_safe("&amp;")),
    (forms.TextInput(), None),
    (forms.NumberInput(attrs={"min": 0, "step": "any"}), 1234567),
    (forms.HiddenInput(), 0),
    (forms.EmailInput(), ""),
    (forms.CheckboxInput(attrs={"id": "it"}), True),
    (forms.CheckboxInput(), "yes"),
    (DayInput(), date(2026, 10, 27)),
    (forms.PasswordInput(), "secret"),
    (forms.Textarea(), ODD),
    (forms.Select(attrs={"required": True}, choices=CHOICES), "a"),
    (forms.Select(choices=CHOICES), "y"),
    (forms.SelectMultiple(choices=CHOICES), ["a", "2"]),
    (forms.RadioSelect(choices=CHOICES), "a"),
    (forms.NullBooleanSelect(), True),
]


@pytest.mark.parametrize(("widget", "value"), CONTROLS, ids=lambda x: type(x).__name__)
def test_a_control_is_the_same_as_django_makes_it(widget, value):
    ours, theirs = (
        widget.render("na&me", value, attrs={"id": "id_1", "required": True}, renderer=renderer)
        for renderer in (Renderer(), DjangoTemplates())
    )
    assert ours == theirs


def test_forms_use_it(settings):
    assert settings.FORM_RENDERER == "xianfeng.core.renderer.Renderer"
    assert isinstance(forms.Form().renderer, Renderer)
