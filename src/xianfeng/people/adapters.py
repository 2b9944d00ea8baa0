"""How allauth's sign-in and second factor meet our people."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest, HttpResponse

from . import second_factor, sessions


class AccountAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves; accounts are opened by import and activation."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def login(self, request: HttpRequest, user: Any) -> None:
        """Every factor was given: the session begins."""
        super().login(request, user)
        sessions.begin(request, user)

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **kwargs)
        sessions.remember_preferences(response, user)
        return response

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Our own pages say what happened."""


class MfaAdapter(DefaultMFAAdapter):
    """Second factors are named after the account and sealed for their person."""

    def get_totp_label(self, user: Any) -> str:
        return str(user.account)

    def encrypt(self, text: str) -> str:
        return second_factor.seal(text)

    def decrypt(self, encrypted_text: str) -> str:
        return second_factor.unseal(encrypted_text)
