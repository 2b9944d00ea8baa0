from django.urls import path

from . import views

app_name = "leadership"

urlpatterns = [
    path("org/terms/", views.term_list, name="term_list"),
    path("org/branches/<slug:code>/committee/", views.branch_committee, name="branch_committee"),
    path("org/branches/<slug:code>/terms/", views.term_list_of, name="term_list_of"),
    path("org/branches/<slug:code>/terms/new/", views.term_new, name="term_new"),
    path("org/branches/<slug:code>/terms/roles/", views.term_roles, name="term_roles"),
    path("org/terms/<uid:uid>/edit/", views.term_edit, name="term_edit"),
    path("org/terms/<uid:uid>/postpone/", views.term_postpone, name="term_postpone"),
    path("org/terms/<uid:uid>/posts/new/", views.post_new, name="post_new"),
    path("org/posts/<uid:uid>/end/", views.post_end, name="post_end"),
]
