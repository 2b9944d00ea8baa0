from django.urls import path

from .views import account, reveal, roles, slips, users

app_name = "people"

urlpatterns = [
    path("me/account/password/", account.password, name="password"),
    path("me/account/second-factor/", account.enrol, name="second_factor"),
    path("me/account/recovery-codes/", account.recovery_codes, name="recovery_codes"),
    path("me/account/sessions/<uid:uid>/end/", account.session_end, name="session_end"),
    path("register/slips/", slips.slip_list, name="slip_list"),
    path("register/slips/<slug:batch>/", slips.slip_print, name="slip_print"),
    path("register/slips/<slug:batch>/word/", slips.slip_word, name="slip_word"),
    path("register/members/<uid:uid>/reveal/", reveal.reveal, name="reveal"),
    path("manage/users/", users.user_list, name="user_list"),
    path("manage/users/new/", users.user_new, name="user_new"),
    path("manage/users/<uid:uid>/", users.user_detail, name="user_detail"),
    path("manage/users/<uid:uid>/<slug:act>/", users.user_act, name="user_act"),
    path("manage/roles/", roles.role_list, name="role_list"),
    path("manage/roles/new/", roles.role_new, name="role_new"),
    path("manage/roles/<uid:uid>/", roles.role_detail, name="role_detail"),
    path("manage/roles/<uid:uid>/relieve/", roles.role_relieve, name="role_relieve"),
    path("manage/roles/<uid:uid>/second-factor/", roles.second_factor_drop, name="second_factor_drop"),
]
