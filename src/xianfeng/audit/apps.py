from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "xianfeng.audit"
    label = "audit"
