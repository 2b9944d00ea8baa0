"""Verbs about dues. Each is one transaction with its audit event, and leaves the ledger in step.

Amounts and reasons are never among the details of events: the log is read by people who have no business with pay.
"""

from .bases import NewBase, check_base, set_bases
from .months import open_month
from .payments import (
    Payment,
    check_payment,
    correct_payment,
    defer,
    end_deferral,
    pay_all,
    pay_everybody,
    record_payments,
    take_back,
)
from .publishing import accounts, may_publish, publish, unpublish
from .reductions import reduce, withdraw
from .remittances import PassedOn, cancel_remittance, check_passed_on, received, remit, remit_all

__all__ = [
    "NewBase",
    "PassedOn",
    "Payment",
    "accounts",
    "cancel_remittance",
    "check_base",
    "check_passed_on",
    "check_payment",
    "correct_payment",
    "defer",
    "end_deferral",
    "may_publish",
    "open_month",
    "pay_all",
    "pay_everybody",
    "publish",
    "received",
    "record_payments",
    "reduce",
    "remit",
    "remit_all",
    "set_bases",
    "take_back",
    "unpublish",
    "withdraw",
]
