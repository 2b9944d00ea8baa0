from django.urls import path

from .views import corrections, files, registers

app_name = "dossiers"

urlpatterns = [
    path("register/members/<uid:uid>/file/", files.file, name="file"),
    path("register/members/<uid:uid>/file/open/", files.open_file, name="open"),
    path("register/members/<uid:uid>/file/edit/", files.edit, name="edit"),
    path("register/members/<uid:uid>/file/photo/", files.photo, name="photo"),
    path("register/members/<uid:uid>/file/papers/new/", files.paper_new, name="paper_new"),
    path("register/members/<uid:uid>/file/print/", files.file_print, name="file_print"),
    path("register/members/<uid:uid>/file/sheet.docx", files.file_word, name="file_word"),
    path("register/members/<uid:uid>/file/new/<slug:kind>/", registers.entry_new, name="entry_new"),
    path("register/files/papers/<uid:uid>/take-out/", files.paper_take_out, name="paper_take_out"),
    path("register/files/<slug:kind>/<uid:uid>/edit/", registers.entry_edit, name="entry_edit"),
    path(
        "register/files/<slug:kind>/<uid:uid>/take-back/", registers.entry_take_back, name="entry_take_back"
    ),
    path("register/awards/", registers.award_list, name="award_list"),
    path("register/corrections/", corrections.correction_list, name="correction_list"),
    path("register/corrections/<uid:uid>/", corrections.correction, name="correction"),
    path("me/file/", files.my_file, name="my_file"),
    path("me/file/correct/<slug:field>/", corrections.correction_new, name="correction_new"),
]
