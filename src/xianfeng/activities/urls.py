from django.urls import path

from . import views

app_name = "activities"
urlpatterns = [
    path("", views.activity_list, name="activity_list"),
    path("new/", views.activity_new, name="activity_new"),
    path("branches/<slug:code>/", views.branch_activities, name="branch_activities"),
    path("<uid:uid>/", views.activity_detail, name="activity_detail"),
    path("<uid:uid>/edit/", views.activity_edit, name="activity_edit"),
    path("<uid:uid>/made-up/", views.activity_made_up, name="activity_made_up"),
]
