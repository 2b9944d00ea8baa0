from django.urls import path

from .views import branch, lists, months

app_name = "dues"
urlpatterns = [
    path("dues/", lists.overview, name="overview"),
    path("dues/unpaid/", lists.unpaid_list, name="unpaid_list"),
    path("dues/published/", lists.published, name="published"),
    path("dues/branches/<slug:code>/", branch.branch, name="branch"),
    path("dues/branches/<slug:code>/bases/", branch.bases, name="bases"),
    path("dues/branches/<slug:code>/reductions/new/", branch.reduction_new, name="reduction_new"),
    path("dues/branches/<slug:code>/remittances/new/", branch.remittance_new, name="remittance_new"),
    path("dues/branches/<slug:code>/accounts/<int:year>/", branch.accounts, name="accounts"),
    path("dues/branches/<slug:code>/<period:month>/", months.collection, name="collection"),
    path("dues/branches/<slug:code>/<period:month>/all/", months.collection_all, name="collection_all"),
    path("dues/months/<uid:uid>/", months.collection_record, name="collection_record"),
    path("dues/quarters/<uid:uid>/", branch.settlement_record, name="settlement_record"),
    path("dues/lines/<uid:uid>/", months.due_detail, name="due_detail"),
    path("dues/reductions/<uid:uid>/", branch.reduction_detail, name="reduction_detail"),
    path("me/dues/", lists.my_dues, name="my_dues"),
]
