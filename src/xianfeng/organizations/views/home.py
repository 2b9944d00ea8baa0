"""What a branch keeps on its home: introduction, honours, announcements."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from xianfeng.audit.once import once
from xianfeng.core.forms import VersionedForm
from xianfeng.core.pages import locked_when_sent, needs

from .. import home, permissions
from ..forms import AnnouncementForm, HonourForm, IntroductionForm
from ..models import Announcement, Honour, Organization
from .register import one


def _page(
    request: HttpRequest, organization: Organization, form: Any, title: str, **more: Any
) -> HttpResponse:
    context = {"organization": organization, "form": form, "title": title, "label": _("Save"), **more}
    return render(request, "organizations/organization_act.html", context)


def _offer_again(form: VersionedForm, version: int) -> bool:
    """After a conflict: whoever has seen both texts may send the own one again. Says whether there was a conflict."""
    if not form.has_error("__all__", "conflict"):
        return False
    sent: Any = form.data
    data = sent.copy()
    data[form.add_prefix("seen")] = str(version)
    form.data = data
    return True


@needs(permissions.KEEP_HOME)
@once
def introduction_edit(request: HttpRequest, code: str) -> HttpResponse:
    """Write what the branch says about itself. Of two who write at once, the second sees both texts."""
    organization = one(request, permissions.KEEP_HOME, code)
    stored, version = organization.introduction, organization.version
    form = IntroductionForm(request.POST or None, instance=organization)
    theirs = ""
    if request.method == "POST":
        if form.is_valid():
            organization.introduction = stored  # the form has put its own on the row
            home.introduce(organization, form.cleaned_data["introduction"], by=request.user)
            messages.success(request, _("Saved."))
            return redirect(organization)
        if _offer_again(form, version):
            theirs = stored
    return _page(request, organization, form, _("Introduction"), theirs=theirs)


def _kept(request: HttpRequest, model: Any, uid: str) -> Any:
    """A row that a branch keeps on its home, in the visitor's scope; locked when it is about to change."""
    visitor: Any = request.user
    rows = model.objects.visible_to(visitor, permissions.KEEP_HOME).shown()
    rows = locked_when_sent(request, rows)
    return get_object_or_404(rows.select_related("organization"), uid=uid)


def _save(
    request: HttpRequest, organization: Organization, form: Any, save: Any, title: str, **more: Any
) -> HttpResponse:
    """The page of one row; what was typed comes back with its faults."""
    if request.method == "POST" and form.is_valid():
        try:
            save(form.values())
        except ValidationError as fault:
            told = hasattr(fault, "error_dict") and set(fault.error_dict) <= set(form.fields)
            form.add_error(None if told else "file" if "file" in form.fields else None, fault if told else fault.messages)  # fmt: skip
        else:
            messages.success(request, _("Saved."))
            return redirect(organization)
    return _page(request, organization, form, title, **more)


@needs(permissions.KEEP_HOME)
@once
def honour_new(request: HttpRequest, code: str) -> HttpResponse:
    """Enter an honour."""
    organization = one(request, permissions.KEEP_HOME, code)
    form = HonourForm(request.POST or None, request.FILES or None, instance=Honour(organization=organization))
    return _save(
        request,
        organization,
        form,
        lambda said: home.honour(organization, by=request.user, **said),
        _("New honour"),
        multipart=True,
    )


@needs(permissions.KEEP_HOME)
@once
def honour_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct an honour, or take it off the page."""
    honour = _kept(request, Honour, uid)
    organization = honour.organization
    if request.method == "POST" and "remove" in request.POST:
        home.remove_honour(honour, by=request.user)
        messages.success(request, _("“%(title)s” has been taken off the page.") % {"title": honour})
        return redirect(organization)
    form = HonourForm(request.POST or None, request.FILES or None, instance=honour)
    return _save(
        request,
        organization,
        form,
        lambda said: home.change_honour(Honour.objects.get(pk=honour.pk), by=request.user, **said),
        _("Honour"),
        multipart=True,
        remove=_("Take it off the page"),
    )


@needs(permissions.KEEP_HOME)
@once
def announcement_new(request: HttpRequest, code: str) -> HttpResponse:
    """Put up an announcement."""
    organization = one(request, permissions.KEEP_HOME, code)
    form = AnnouncementForm(request.POST or None, instance=Announcement(organization=organization))
    return _save(
        request,
        organization,
        form,
        lambda said: home.announce(organization, by=request.user, **said),
        _("New announcement"),
    )


@needs(permissions.KEEP_HOME)
@once
def announcement_edit(request: HttpRequest, uid: str) -> HttpResponse:
    """Correct an announcement, or take it down."""
    announcement = _kept(request, Announcement, uid)
    organization = announcement.organization
    if request.method == "POST" and "remove" in request.POST:
        home.remove_announcement(announcement, by=request.user)
        messages.success(request, _("“%(title)s” has been taken down.") % {"title": announcement})
        return redirect(organization)
    form = AnnouncementForm(request.POST or None, instance=announcement)
    return _save(
        request,
        organization,
        form,
        lambda said: home.change_announcement(
            Announcement.objects.get(pk=announcement.pk), by=request.user, **said
        ),
        _("Announcement"),
        remove=_("Take it down"),
    )
