from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DossiersConfig(AppConfig):
    name = "xianfeng.dossiers"
    label = "dossiers"
    verbose_name = _("E-files of members")

    def ready(self) -> None:
        from . import measures, notices, permissions  # noqa: F401 - declares what is counted, told, and who may do what
