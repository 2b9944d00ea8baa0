from django.urls import path

from .views import imports as views

app_name = "imports"

urlpatterns = [
    path("", views.import_list, name="list"),
    path("new/", views.begin, name="new"),
    path("<uid:uid>/", views.check, name="check"),
    path("<uid:uid>/comments/", views.commented, name="comments"),
    path("<uid:uid>/faulty/", views.faulty_rows, name="faulty"),
    path("<uid:uid>/result/", views.result, name="result"),
    path("<uid:uid>/undo/", views.undo, name="undo"),
]
