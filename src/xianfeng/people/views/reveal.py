"""An ID number or a phone number in full, once, for a stated reason."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from xianfeng.core.pages import needs

from ..actions import reveal as reveal_number
from ..models import Person
from ..permissions import REVEAL

FIELDS = ("id_number", "phone")


@needs(REVEAL)
@require_POST
@never_cache
def reveal(request: HttpRequest, uid: str) -> HttpResponse:
    """The value for this answer only. Every asking is an event of its own, so the form is not once-only."""
    by: Any = request.user
    person = get_object_or_404(Person.objects.visible_to(by, REVEAL), uid=uid)
    field = request.POST.get("field", "")
    context: dict[str, Any] = {"person": person, "field": field, "reason": request.POST.get("reason", "")}
    status = 200
    try:
        if field in FIELDS:
            context["value"] = reveal_number(person, field, reason=context["reason"], by=by)
        else:
            status = 422
    except ValidationError as refusal:
        context["error"], status = refusal.messages[0], 422
    template = "people/revealed.html#value" if request.headers.get("HX-Request") else "people/revealed.html"
    return render(request, template, context, status=status)
