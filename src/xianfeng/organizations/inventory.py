"""This app keeps nothing about people."""

from xianfeng.core.inventory import nobody

nobody("organizations.Organization")
