"""The few addresses that the shell, Django and allauth know by name, so without a name space."""

from django.urls import path

from .views import account, entrance

urlpatterns = [
    path("login/", entrance.sign_in, name="login"),
    path("login/", entrance.sign_in, name="account_login"),  # allauth's name for it
    path("login/code/", entrance.second_step, name="mfa_authenticate"),
    path("logout/", entrance.sign_out, name="logout"),
    path("activate/", entrance.activate, name="activate"),
    path("setup/<str:token>/", entrance.setup, name="setup"),
    path("me/account/", account.account, name="account"),
]
