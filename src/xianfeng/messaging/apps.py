from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "xianfeng.messaging"
    label = "messaging"
