from django.urls import path

from . import views

app_name = "audit"

urlpatterns = [
    path("audit/logs/", views.log_list, name="log_list"),
    path("audit/logs/verify/", views.verify, name="verify"),
]
