from django.urls import path

from . import views

app_name = "files"
urlpatterns = [
    path("<uid:uid>/", views.download, name="download"),
    path("<uid:uid>/thumb/", views.thumb, name="thumb"),
    path("<uid:uid>/preview/", views.preview, name="preview"),
]
