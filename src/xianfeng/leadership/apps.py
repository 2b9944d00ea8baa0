from django.apps import AppConfig


class LeadershipConfig(AppConfig):
    name = "xianfeng.leadership"
    label = "leadership"
