from django.urls import path

from . import views

app_name = "development"
urlpatterns = [
    path("register/activists/", views.activist_list, name="activist_list"),
    path("register/activists/export/", views.activist_export, name="activist_export"),
    path("register/activists/new/", views.activist_new, name="activist_new"),
    path("register/activists/<uid:uid>/steps/", views.road, name="road"),
    path("register/activists/<uid:uid>/steps/print/", views.road_print, name="road_print"),
    path("register/activists/<uid:uid>/steps/<int:step>/", views.step, name="step"),
    path("register/activists/<uid:uid>/steps/take-back/", views.step_take_back, name="step_take_back"),
    path("register/activists/<uid:uid>/extend/", views.extend, name="extend"),
    path("register/activists/<uid:uid>/examine/", views.examine, name="examine"),
    path("register/activists/examinations/<uid:uid>/take-back/", views.examination_take_back, name="examination_take_back"),
    path("register/activists/<uid:uid>/stop/", views.stop, name="stop"),
    path("me/development/", views.my_road, name="my_road"),
]  # fmt: skip
