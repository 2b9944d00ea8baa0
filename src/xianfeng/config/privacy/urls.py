from django.urls import path

from . import views

app_name = "privacy"

urlpatterns = [
    path("me/data/", views.my_data, name="my_data"),
    path("me/data/file/", views.my_file, name="my_file"),
    path("manage/privacy/", views.inventory, name="inventory"),
    path("manage/privacy/people/", views.people, name="people"),
    path("manage/privacy/people/<uid:uid>/", views.person, name="person"),
    path("manage/privacy/people/<uid:uid>/<slug:act>/", views.act, name="act"),
]
