"""One line per app."""

from django.urls import include, path, register_converter

from xianfeng.core.periods import PeriodConverter
from xianfeng.core.uids import UidConverter

from . import views

register_converter(UidConverter, "uid")
register_converter(PeriodConverter, "period")

urlpatterns = [
    path("", views.home, name="home"),
    path("home/<slug:key>/", views.home_section, name="home_section"),
    path("search/", views.search, name="search"),
    path("moves/<slug:app>/<slug:model>/<uid:uid>/<slug:name>/", views.make_move, name="move"),
    path("", include("xianfeng.organizations.urls")),
    path("", include("xianfeng.members.urls")),
    path("", include("xianfeng.leadership.urls")),
    path("", include("xianfeng.people.entrance_urls")),
    path("", include("xianfeng.people.urls")),
    path("", include("xianfeng.audit.urls")),
    path("", include("xianfeng.messaging.urls")),
    path("f/", include("xianfeng.files.urls")),
    path("activities/", include("xianfeng.activities.urls")),
    path("", include("xianfeng.dues.urls")),
    path("", include("xianfeng.development.urls")),
    path("", include("xianfeng.dossiers.urls")),
    path("register/imports/", include("xianfeng.members.import_urls")),
    path("", include("xianfeng.assessment.urls")),
    path("", include("xianfeng.assessment.score_urls")),
    path("", include("xianfeng.config.privacy.urls")),
    path("preferences/", views.preferences, name="preferences"),
]

handler400 = "xianfeng.config.views.bad_request"
handler403 = "xianfeng.config.views.forbidden"
handler404 = "xianfeng.config.views.not_found"
handler500 = "xianfeng.config.views.server_error"
