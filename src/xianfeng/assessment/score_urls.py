from django.urls import path

from .views import scores as views

app_name = "scores"
urlpatterns = [
    path("scores/", views.latest_sheet, name="latest"),
    path("scores/panel/<slug:code>/", views.branch_panel, name="branch_panel"),
    path("scores/<period:period>/", views.branch_sheet, name="branch_sheet"),
    path("scores/<period:period>/close/", views.round_close, name="round_close"),
    path("scores/<period:period>/members/", views.member_sheet, name="member_sheet"),
    path("scores/<period:period>/members/<uid:uid>/", views.member_why, name="member_why"),
    path("scores/<period:period>/<slug:code>/", views.branch_score, name="branch_score"),
    path("scores/<period:period>/<slug:code>/why/", views.branch_why, name="branch_why"),
    path("stats/heatmap/<int:year>/", views.heatmap, name="heatmap"),
    path("me/score/", views.my_score, name="my_latest"),
    path("me/score/<period:period>/", views.my_score, name="my_score"),
]
