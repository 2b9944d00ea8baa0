from django.urls import path

from .views import register, road, steps

app_name = "development"
urlpatterns = [
    path("register/activists/", register.activist_list, name="activist_list"),
    path("register/activists/export/", register.activist_export, name="activist_export"),
    path("register/activists/new/", register.activist_new, name="activist_new"),
    path("register/activists/<uid:uid>/steps/", road.road, name="road"),
    path("register/activists/<uid:uid>/steps/print/", road.road_print, name="road_print"),
    path("register/activists/<uid:uid>/steps/<int:step>/", steps.step, name="step"),
    path("register/activists/<uid:uid>/steps/take-back/", steps.step_take_back, name="step_take_back"),
    path("register/activists/<uid:uid>/extend/", steps.extend, name="extend"),
    path("register/activists/<uid:uid>/examine/", steps.examine, name="examine"),
    path("register/activists/examinations/<uid:uid>/take-back/", steps.examination_take_back, name="examination_take_back"),
    path("register/activists/<uid:uid>/stop/", steps.stop, name="stop"),
    path("me/development/", road.my_road, name="my_road"),
]  # fmt: skip
