from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "xianfeng.members"
    label = "members"
