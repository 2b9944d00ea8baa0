"""This app keeps nothing about people."""

from xianfeng.core.inventory import nobody

nobody(
    "organizations.Announcement",
    "organizations.Chapter",
    "organizations.Honour",
    "organizations.Organization",
)
