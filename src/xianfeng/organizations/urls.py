from django.urls import path

from . import views

app_name = "organizations"

urlpatterns = [
    path("org/", views.organization_list, name="organization_list"),
    path("org/new/", views.organization_new, name="organization_new"),
    path("org/branches/<slug:code>/", views.organization_detail, name="organization_detail"),
    path("org/branches/<slug:code>/edit/", views.organization_edit, name="organization_edit"),
    path("org/branches/<slug:code>/dissolve/", views.organization_dissolve, name="organization_dissolve"),
]
