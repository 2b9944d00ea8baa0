from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ActivitiesConfig(AppConfig):
    name = "xianfeng.activities"
    label = "activities"
    verbose_name = _("Activities")

    def ready(self) -> None:
        from . import measures, permissions  # noqa: F401 - declares what is counted, and who may do what
