from django.urls import path

from .views import endings, numbers, register

app_name = "members"

urlpatterns = [
    path("register/members/", register.member_list, name="member_list"),
    path("register/members/<uid:uid>/", register.member_detail, name="member_detail"),
    path("register/members/<uid:uid>/edit/", register.member_edit, name="member_edit"),
    path("register/members/<uid:uid>/confirm/", register.member_confirm, name="member_confirm"),
    path("register/members/<uid:uid>/transfer/", register.member_place, name="member_place"),
    path("register/members/<uid:uid>/leave/", register.member_leave, name="member_leave"),
    path("register/numbers/", numbers.figures, name="numbers"),
    path("org/branches/<slug:code>/members/", register.branch_members, name="branch_members"),
    path("org/branches/<slug:code>/dissolve/", endings.organization_dissolve, name="organization_dissolve"),
    path("org/branches/<slug:code>/merge/", endings.organization_merge, name="organization_merge"),
    path("me/record/", register.my_record, name="my_record"),
]
