"""Sealing values so that they open only in their own row and column, and finding them again by a keyed index.

A sealed value reads `v1.<suite><key id>.<nonce and ciphertext in base64>`. The row and column are
authenticated but not stored (AAD `app.model.field|row uid`), so ciphertext moved elsewhere is refused.

`settings.CRYPTO_SUITE` decides how new values are sealed: `intl` is AES-256-GCM with SHA-256, `gm` is
SM4-GCM with SM3 (GB/T 32907, GB/T 32905). Values of either suite open under either setting; indexes must be
rebuilt on a change.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
import unicodedata
from functools import cache
from typing import Literal, Protocol, cast

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

from xianfeng.core import keys
from xianfeng.core.keys import Keys

Suite = Literal["intl", "gm"]
NONCE = 12
TAG = 16
INDEX_BYTES = 16
_LETTER: dict[Suite, str] = {"intl": "a", "gm": "s"}
_SUITE: dict[str, Suite] = {letter: suite for suite, letter in _LETTER.items()}
_TOKEN = re.compile(r"v1\.([as])([1-9]\d{0,2})\.([A-Za-z0-9_-]+={0,2})")


class CannotOpen(Exception):
    """The value was not sealed for this row and column with our keys, or has been altered since."""


class Aead(Protocol):
    """Authenticated encryption, as `AESGCM` offers it."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes: ...


class Sm4Gcm:
    """SM4-GCM in the shape of `AESGCM`."""

    def __init__(self, key: bytes) -> None:
        self.cipher = algorithms.SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        encryptor = Cipher(self.cipher, modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(associated_data or b"")
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None) -> bytes:
        body, tag = data[:-TAG], data[-TAG:]
        decryptor = Cipher(self.cipher, modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(associated_data or b"")
        return decryptor.update(body) + decryptor.finalize()


def suite() -> Suite:
    """The suite that new values, indexes and chains use."""
    name = getattr(settings, "CRYPTO_SUITE", "intl")
    if name not in _LETTER:
        raise ValueError(f"CRYPTO_SUITE is {name!r}; it may be intl or gm")
    return cast(Suite, name)


def seal(clear: str, label: str, uid: str) -> str:
    """Encrypt a value for one row of one column. `label` is `app.model.field`."""
    chosen, ours = suite(), current()
    nonce = secrets.token_bytes(NONCE)
    sealed = _cipher(ours, ours.newest, chosen, label).encrypt(nonce, clear.encode(), _place(label, uid))
    return f"v1.{_LETTER[chosen]}{ours.newest}.{base64.urlsafe_b64encode(nonce + sealed).decode()}"


def open_sealed(token: str, label: str, uid: str) -> str:
    """The clear value. Raises CannotOpen for another row, another column, another key or an altered value."""
    match = _TOKEN.fullmatch(token)
    if not match:
        raise CannotOpen(f"{label}: not a sealed value")
    letter, number, body = match.groups()
    ours = current()
    if int(number) not in ours.data:
        raise CannotOpen(f"{label}: sealed with key {number}, which is not here")
    try:
        raw = base64.urlsafe_b64decode(body)
        if len(raw) < NONCE + TAG:
            raise CannotOpen(f"{label}: cut short")
        cipher = _cipher(ours, int(number), _SUITE[letter], label)
        return cipher.decrypt(raw[:NONCE], raw[NONCE:], _place(label, uid)).decode()
    except (InvalidTag, binascii.Error) as error:
        raise CannotOpen(f"{label}: altered, moved, or sealed with other keys") from error


def key_id(token: str) -> int | None:
    """The number of the key a value was sealed with; None for what is not sealed. For rotation."""
    match = _TOKEN.fullmatch(token)
    return int(match[2]) if match else None


def normalise(value: str) -> str:
    """One form for numbers that people write in many: full-width digits, spaces, hyphens, a lower-case x."""
    return "".join(c for c in unicodedata.normalize("NFKC", value) if c.isalnum()).upper()


def blind(label: str, value: str) -> str:
    """The index under which an equal value is found: 32 hex digits of a keyed hash, or "" for an empty value.

    It tells only which rows are equal. Phones and ID numbers are few enough to try them all: the
    key is what protects.
    """
    wanted = normalise(value)
    if not wanted:
        return ""
    ours, chosen = current(), suite()
    return _hmac(_index_key(ours, chosen, label), wanted.encode(), chosen)[:INDEX_BYTES].hex()


def mac(label: str, data: bytes) -> bytes:
    """32 bytes that prove that `data` was written here: for the audit chain and for what is published."""
    chosen = suite()
    return _hmac(_audit_key(current(), chosen, label), data, chosen)


def current() -> Keys:
    return keys.load(settings.XIANFENG_HOME)


def _place(label: str, uid: str) -> bytes:
    if not uid:
        raise ValueError(f"{label}: a row needs its uid before a value is sealed for it")
    return f"{label}|{uid}".encode()


def _hmac(key: bytes, data: bytes, chosen: Suite) -> bytes:
    return hmac.digest(key, data, "sha256" if chosen == "intl" else "sm3")


def _derive(root: bytes, purpose: str, length: int, chosen: Suite) -> bytes:
    algorithm: hashes.HashAlgorithm = hashes.SHA256() if chosen == "intl" else hashes.SM3()
    return HKDF(algorithm, length, salt=None, info=f"xianfeng|{chosen}|{purpose}".encode()).derive(root)


# Derived keys are kept per root secret, not per `Keys`: rotation puts several sets into one process.


def _cipher(ours: Keys, number: int, chosen: Suite, label: str) -> Aead:
    return _cipher_of(ours.data[number], chosen, label)


@cache
def _cipher_of(root: bytes, chosen: Suite, label: str) -> Aead:
    if chosen == "intl":
        return AESGCM(_derive(root, f"data|{label}", 32, chosen))
    return Sm4Gcm(_derive(root, f"data|{label}", 16, chosen))


def _index_key(ours: Keys, chosen: Suite, label: str) -> bytes:
    return _key_of(ours.index, f"index|{label}", chosen)


def _audit_key(ours: Keys, chosen: Suite, label: str) -> bytes:
    return _key_of(ours.audit, f"mac|{label}", chosen)


@cache
def _key_of(root: bytes, purpose: str, chosen: Suite) -> bytes:
    return _derive(root, purpose, 32, chosen)
