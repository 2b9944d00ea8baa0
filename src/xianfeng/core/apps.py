from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "xianfeng.core"
    label = "core"
