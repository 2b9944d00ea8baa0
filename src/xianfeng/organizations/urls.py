from django.urls import path

from .views import acts, home, register

app_name = "organizations"

urlpatterns = [
    path("org/", register.organization_list, name="organization_list"),
    path("org/new/", register.organization_new, name="organization_new"),
    path("org/warnings/", register.warnings, name="warnings"),
    path("org/history/", register.history, name="history"),
    path("org/branches/<slug:code>/", register.organization_detail, name="organization_detail"),
    path("org/branches/<slug:code>/edit/", register.organization_edit, name="organization_edit"),
    path("org/branches/<slug:code>/rename/", acts.organization_rename, name="organization_rename"),
    path("org/branches/<slug:code>/move/", acts.organization_move, name="organization_move"),
    path("org/branches/<slug:code>/introduction/", home.introduction_edit, name="introduction_edit"),
    path("org/branches/<slug:code>/honours/new/", home.honour_new, name="honour_new"),
    path("org/honours/<uid:uid>/", home.honour_edit, name="honour_edit"),
    path("org/branches/<slug:code>/announcements/new/", home.announcement_new, name="announcement_new"),
    path("org/announcements/<uid:uid>/", home.announcement_edit, name="announcement_edit"),
]
