from django.urls import path

from .views import endings, exports, hardship, mobility, numbers, register, transfers

app_name = "members"

urlpatterns = [
    path("register/members/", register.member_list, name="member_list"),
    path("register/members/export/", exports.member_export, name="member_export"),
    path("register/members/<uid:uid>/", register.member_detail, name="member_detail"),
    path("register/members/<uid:uid>/edit/", register.member_edit, name="member_edit"),
    path("register/members/<uid:uid>/confirm/", register.member_confirm, name="member_confirm"),
    path("register/members/<uid:uid>/leave/", register.member_leave, name="member_leave"),
    path("register/numbers/", numbers.figures, name="numbers"),
    path("register/mobile-members/", mobility.mobile_list, name="mobile_list"),
    path("register/mobile-members/export/", exports.mobile_export, name="mobile_export"),
    path("register/mobile-members/new/out/", mobility.mobile_out, name="mobile_out"),
    path("register/mobile-members/new/in/", mobility.mobile_in, name="mobile_in"),
    path("register/mobile-members/<uid:uid>/", mobility.mobile_detail, name="mobile_detail"),
    path("register/mobile-members/<uid:uid>/edit/", mobility.mobile_edit, name="mobile_edit"),
    path("register/mobile-members/<uid:uid>/contact/", mobility.mobile_contact, name="mobile_contact"),
    path("register/mobile-members/<uid:uid>/end/", mobility.mobile_end, name="mobile_end"),
    path("register/hardship/", hardship.hardship_list, name="hardship_list"),
    path("register/hardship/open/", hardship.hardship_open, name="hardship_open"),
    path("register/hardship/export/", exports.hardship_export, name="hardship_export"),
    path("register/hardship/new/", hardship.hardship_new, name="hardship_new"),
    path("register/hardship/<uid:uid>/", hardship.hardship_detail, name="hardship_detail"),
    path("register/hardship/<uid:uid>/edit/", hardship.hardship_edit, name="hardship_edit"),
    path("register/hardship/<uid:uid>/end/", hardship.hardship_end, name="hardship_end"),
    path("register/transfers/", transfers.transfer_list, name="transfer_list"),
    path("register/transfers/new/inside/", transfers.transfer_inside, name="transfer_inside"),
    path("register/transfers/new/out/", transfers.transfer_out, name="transfer_out"),
    path("register/transfers/new/in/", transfers.transfer_in, name="transfer_in"),
    path("register/transfers/<uid:uid>/", transfers.transfer_detail, name="transfer_detail"),
    path("register/transfers/<uid:uid>/edit/", transfers.transfer_edit, name="transfer_edit"),
    path("register/transfers/<uid:uid>/letter/", transfers.transfer_letter, name="transfer_letter"),
    path("register/transfers/<uid:uid>/letter.docx", transfers.transfer_word, name="transfer_word"),
    path("org/branches/<slug:code>/members/", register.branch_members, name="branch_members"),
    path("org/branches/<slug:code>/dissolve/", endings.organization_dissolve, name="organization_dissolve"),
    path("org/branches/<slug:code>/merge/", endings.organization_merge, name="organization_merge"),
    path("me/record/", register.my_record, name="my_record"),
]
