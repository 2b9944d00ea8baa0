"""Pages on which a register is exported: masked for whoever sees it, in clear with a permission and a reason."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache

from xianfeng.audit.once import once
from xianfeng.core.downloads import WORKBOOK, download
from xianfeng.core.pages import needs

from .. import permissions
from ..exports import HARDSHIP, MEMBERS, MOBILE, Register, export
from ..pages.shared import form_page


class ExportForm(forms.Form):
    """In clear or masked, and for what work."""

    clear = forms.BooleanField(label=gettext_lazy("Numbers in full"), required=False)
    reason = forms.CharField(
        label=gettext_lazy("For what work"),
        max_length=200,
        required=False,
        help_text=gettext_lazy("It goes into the audit log with your name and the time."),
    )

    def __init__(self, *args: Any, register: Register, may_clear: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.guarded = register.guarded
        if not may_clear:
            del self.fields["clear"], self.fields["reason"]
        elif self.guarded:
            self.fields["reason"].required = True
            self.fields["clear"].label = _("Situation and help in full")
        else:
            self.fields["reason"].help_text = _(
                "Needed for numbers in full; it goes into the audit log with your name and the time."
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        asked = self.guarded or cleaned.get("clear")
        if asked and "reason" not in self.errors and len(cleaned.get("reason", "").strip()) < 4:
            self.add_error("reason", ValidationError(_("Please say for what work you need it.")))
        return cleaned


def export_page(request: HttpRequest, register: Register) -> HttpResponse:
    """The form, and what it asks for as a download."""
    visitor: Any = request.user
    form = ExportForm(
        request.POST if request.method == "POST" else None,
        register=register,
        may_clear=visitor.can(register.clear),
    )
    if form.is_valid():
        said = form.cleaned_data
        content = export(register, by=visitor, clear=said.get("clear", False), reason=said.get("reason", ""))
        name = f"{register.title}_{timezone.localdate():%Y%m%d}.xlsx"
        return download(content, name, WORKBOOK, private=True)
    return form_page(
        request,
        form,
        title=_("Export: %(register)s") % {"register": register.title},
        label=_("Download"),
        above=(str(register.title), reverse(register.page)),
        hint=_(
            "The whole register, in the headings that the import reads: correct the sheet and import it again. Numbers of people are masked; a masked number changes nothing."
        ),
    )


@needs(permissions.VIEW)
@never_cache
@once
def member_export(request: HttpRequest) -> HttpResponse:
    """The register of members."""
    return export_page(request, MEMBERS)


@needs(permissions.VIEW)
@never_cache
@once
def mobile_export(request: HttpRequest) -> HttpResponse:
    """The register of mobile members."""
    return export_page(request, MOBILE)


@needs(permissions.HARDSHIP)
@never_cache
@once
def hardship_export(request: HttpRequest) -> HttpResponse:
    """The register of members in hardship."""
    return export_page(request, HARDSHIP)
