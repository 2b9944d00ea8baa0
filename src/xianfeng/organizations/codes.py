"""What is written about units: the unified social credit code, and telephone numbers of offices."""

from __future__ import annotations

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

_PHONE = re.compile(r"(?:0\d{2,3}-)?\d{7,8}(?:-\d{1,6})?|1\d{10}")


def check_credit_code(code: str) -> None:
    """18 characters whose last fits the others (GB 32100-2015). Raises ValidationError with the cure."""
    from stdnum.cn import uscc  # loaded by whoever changes an organization only

    # The library also takes small letters and spaces, which would make two codes of one.
    if len(code) != 18 or code != code.upper() or not uscc.is_valid(code):
        raise ValidationError(
            _("A unified social credit code has 18 digits and capitals without I, O, S, V and Z, the last of which fits the others. Please compare with the certificate.")
        )  # fmt: skip


def check_office_phone(number: str) -> None:
    """A telephone number with or without area code and extension. Raises ValidationError with the cure."""
    if not _PHONE.fullmatch(number):
        raise ValidationError(_("Write the number as 0633-6222000, with “-8012” behind it for an extension."))
