"""Attaching, reading and removing: kept once, read by those who may read its row, gone for everybody when removed."""

from __future__ import annotations

import os
import re
import shutil
import time
from datetime import datetime, timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import get_resolver
from PIL import Image

from tests.files.samples import office, pdf, photo
from xianfeng.core import keys
from xianfeng.core.uids import new_uid
from xianfeng.files import access, checks, disk
from xianfeng.files.access import access_file
from xianfeng.files.checks import check_files, remove_orphans
from xianfeng.files.models import Attachment
from xianfeng.files.storing import remove, store

SEE = "activities.view"
TARGET_PERMISSION = "members.view"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Path:
    """A store of its own for every test, under the keys of the whole installation."""
    shutil.copytree(keys.folder(settings.XIANFENG_HOME), keys.folder(tmp_path))
    settings.XIANFENG_HOME = tmp_path
    return tmp_path


@pytest.fixture
def attach(world: Any) -> Any:
    """Attaches a file to a member of 甲, as the clerk of 甲 does."""

    def attach(
        name: str = "现场照片.jpg", content: bytes | None = None, *, by: Any = None, to: Any = None
    ) -> Attachment:
        upload = SimpleUploadedFile(name, photo() if content is None else content)
        return store(upload, target=to or world.member, permission=TARGET_PERMISSION, by=by or world.clerk)

    return attach


# --- keeping ---


def test_contents_lie_under_their_hash_for_us_alone(attach: Any, home: Path) -> None:
    attached = attach("会议.docx", office())
    path = home / "media" / attached.sha256[:2] / attached.sha256[2:4] / attached.sha256
    assert path.read_bytes() == office()
    assert path.stat().st_mode & 0o777 == 0o440
    assert path.parent.stat().st_mode & 0o077 == 0
    assert (attached.size, attached.name, str(attached)) == (len(office()), "会议.docx", "会议.docx")


def test_the_same_content_lies_there_once(attach: Any, world: Any, home: Path) -> None:
    first, again, elsewhere = attach(), attach("另一个名字.jpg"), attach(to=world.secretary)
    assert first == again
    assert elsewhere != first
    assert elsewhere.sha256 == first.sha256
    assert len([path for path in (home / "media").rglob("*") if path.is_file()]) == 1
    assert list(Attachment.objects.of(world.member)) == [first]


def test_a_damaged_content_is_mended_when_it_comes_again(attach: Any) -> None:
    attached = attach()
    path = disk.path_of(attached.sha256)
    path.chmod(0o600)
    path.write_bytes(path.read_bytes()[::-1])
    assert [finding.kind for finding in check_files()] == ["corrupt"]
    attach()
    assert check_files() == []


def test_nothing_is_left_of_what_is_refused(attach: Any, home: Path) -> None:
    with pytest.raises(ValidationError):
        attach("a.svg", b"<svg onload=alert(1)>")
    assert not Attachment.objects.exists()
    assert not (home / "media").exists()


def test_a_broken_write_leaves_nothing(attach: Any, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        attach()
    assert not [path for path in (home / "media").rglob("*") if path.is_file()]


def test_size_is_limited_whatever_is_declared(attach: Any, world: Any, settings: Any) -> None:
    settings.MAX_ATTACHMENT_BYTES = len(office())
    assert attach("a.docx", office())
    settings.MAX_ATTACHMENT_BYTES = len(office()) - 1
    for declared in (len(office()), 1):
        upload = SimpleUploadedFile("b.docx", office())
        upload.size = declared
        with pytest.raises(ValidationError) as refused:
            store(upload, target=world.member, permission=TARGET_PERMISSION, by=world.clerk)
        assert refused.value.code == "size"


def test_a_person_cannot_fill_the_disk(attach: Any, world: Any, settings: Any) -> None:
    settings.MAX_UPLOAD_BYTES_PER_DAY = 2 * len(photo())
    attach()
    with pytest.raises(ValidationError) as refused:
        attach("b.jpg", photo() + bytes(len(photo())))
    assert refused.value.code == "quota"
    assert attach("b.jpg", photo() + bytes(len(photo())), by=world.secretary)


def test_five_percent_of_the_disk_stay_free(attach: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = SimpleNamespace(total=1_000_000, free=51_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda _path: usage)
    assert attach("a.docx", office())  # about 600 bytes
    usage.free = 50_100
    with pytest.raises(ValidationError) as refused:
        attach("b.xlsx", office("xlsx"))
    assert refused.value.code == "disk"


def test_only_hashes_are_paths() -> None:
    for wrong in ("../../etc/passwd", "a" * 63, "A" * 64, "/" + "a" * 63, ""):
        with pytest.raises(ValueError, match="SHA-256"):
            disk.path_of(wrong)


# --- reading ---


@pytest.fixture
def pages(attach: Any) -> list[str]:
    """The three addresses of a picture."""
    attached = attach()
    return [attached.get_absolute_url(), attached.thumb_url, attached.preview_url]


def test_those_who_may_see_the_row_read_its_files(client: Any, world: Any, pages: list[str]) -> None:
    for who in (world.clerk, world.secretary, world.office, world.leader):
        client.force_login(who)
        assert [client.get(page).status_code for page in pages] == [200, 200, 200]


def test_everybody_else_gets_the_answer_for_what_does_not_exist(
    client: Any, world: Any, pages: list[str]
) -> None:
    for who in (
        world.neighbour,
        world.inspector,
        world.system_admin,
        world.security_admin,
        world.audit_admin,
    ):
        client.force_login(who)
        for page in pages:
            absent = page.replace(page.split("/")[2], new_uid())
            foreign, nothing = client.get(page), client.get(absent)
            assert foreign.status_code == nothing.status_code == 404
            assert plain(foreign.content, page) == plain(nothing.content, absent)


def plain(answer: bytes, address: str) -> bytes:
    """An answer without what differs each time: the address asked for and the token of its forms."""
    return re.sub(rb"\b[A-Za-z0-9]{64}\b", b"", answer.replace(address.encode(), b""))


def test_strangers_are_sent_to_sign_in(client: Any, pages: list[str]) -> None:
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 302
        assert "/login/" in answer["Location"]


def test_losing_the_role_closes_the_file_at_once(client: Any, world: Any, pages: list[str]) -> None:
    from xianfeng.people.models import Appointment

    client.force_login(world.clerk)
    assert client.get(pages[0]).status_code == 200
    Appointment.objects.filter(person=world.clerk).delete()
    assert client.get(pages[0]).status_code == 404


def test_only_reading_is_offered(client: Any, world: Any, pages: list[str]) -> None:
    client.force_login(world.clerk)
    for page in pages:
        assert client.head(page).status_code == 200
        assert {
            client.post(page).status_code,
            client.put(page).status_code,
            client.delete(page).status_code,
        } == {405}


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("会议 记录.pdf", pdf(), "application/pdf"),
        ("a.docx", office(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.xlsx", office("xlsx"), "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.png", photo("PNG"), "image/png"),
    ],
)
def test_downloads_cannot_run_or_stay(
    client: Any, world: Any, attach: Any, name: str, content: bytes, media_type: str
) -> None:
    client.force_login(world.clerk)
    answer = client.get(attach(name, content).get_absolute_url())
    assert answer["Content-Type"] == media_type
    assert answer["Content-Disposition"].startswith("attachment; filename")
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert {"private", "no-store"} <= set(answer["Cache-Control"].split(", "))
    assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
    if not media_type.startswith("image"):
        assert answer.content == content


def test_chinese_names_arrive(client: Any, world: Any, attach: Any) -> None:
    client.force_login(world.clerk)
    answer = client.get(attach("会议 记录.pdf", pdf()).get_absolute_url())
    assert answer["Content-Disposition"] == (
        "attachment; filename*=utf-8''%E4%BC%9A%E8%AE%AE%20%E8%AE%B0%E5%BD%95.pdf"
    )


def test_small_pictures_are_made_once_and_shown(
    client: Any, world: Any, attach: Any, monkeypatch: Any
) -> None:
    attached = attach("大图.png", photo("PNG", (2400, 1200)))
    client.force_login(world.clerk)
    thumb, preview = client.get(attached.thumb_url), client.get(attached.preview_url)
    assert [Image.open(BytesIO(answer.content)).size for answer in (thumb, preview)] == [
        (320, 160),
        (1600, 800),
    ]
    assert thumb["Content-Type"] == "image/jpeg"
    assert thumb["Content-Disposition"].startswith("inline; filename")
    monkeypatch.setattr(access, "smaller", lambda *_: pytest.fail("made twice"))
    assert client.get(attached.thumb_url).content == thumb.content


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_every_kind_of_picture_has_a_thumbnail(attach: Any, mode: str) -> None:
    target = BytesIO()
    Image.new(mode, (900, 30)).save(target, "PNG")
    small = access.picture_of(attach("a.png", target.getvalue()), 320)
    assert Image.open(BytesIO(small)).size == (320, 11)


def test_documents_have_no_thumbnail(client: Any, world: Any, attach: Any) -> None:
    attached = attach("a.pdf", pdf())
    assert (attached.thumb_url, attached.preview_url) == ("", "")
    client.force_login(world.clerk)
    assert client.get(attached.get_absolute_url() + "thumb/").status_code == 404


def test_no_address_leads_into_the_store(client: Any, world: Any, attach: Any) -> None:
    attached = attach()
    client.force_login(world.clerk)
    lies = f"{attached.sha256[:2]}/{attached.sha256[2:4]}/{attached.sha256}"
    for prefix in (
        "/media/",
        "/f/",
        "/static/",
        "/static/../media/",
        "/f/../media/",
        "/%2e%2e/media/",
        "//media/",
    ):
        assert client.get(prefix + lies).status_code == 404
    assert not any("media" in str(pattern.pattern) for pattern in get_resolver().url_patterns)


# --- removing ---


def test_removing_closes_the_file_for_everybody(client: Any, world: Any, attach: Any) -> None:
    attached = attach()
    remove(attached, world.clerk)
    when = attached.removed_at
    remove(attached, world.office)
    attached.refresh_from_db()
    assert (attached.removed_by, attached.removed_at) == (world.clerk, when)
    assert not Attachment.objects.of(world.member).exists()
    client.force_login(world.clerk)
    assert client.get(attached.get_absolute_url()).status_code == 404


def test_what_was_removed_may_be_attached_again(attach: Any, world: Any) -> None:
    attached = attach()
    remove(attached, world.clerk)
    assert attach() != attached


def test_a_removal_names_who_removed(attach: Any) -> None:
    attached = attach()
    with pytest.raises(IntegrityError), transaction.atomic():
        Attachment.objects.filter(pk=attached.pk).update(removed_at=attached.uploaded_at)


def test_a_file_whose_row_is_gone_is_nobodys(attach: Any, world: Any) -> None:
    attached = attach()
    Attachment.objects.filter(pk=attached.pk).update(target_id=10**9)
    with pytest.raises(Http404):
        access_file(world.clerk, attached.uid)


# --- checks ---


def age(path: Path, days: float) -> None:
    then = time.time() - days * 86_400
    os.utime(path, (then, then))


def test_a_clean_store_has_no_findings(attach: Any) -> None:
    attach()
    attach("a.pdf", pdf())
    assert check_files() == []


def test_missing_altered_and_stray_files_are_found_and_named(attach: Any, home: Path) -> None:
    missing, altered, kept = attach("甲.jpg"), attach("乙.docx", office()), attach("丙.pdf", pdf())
    disk.path_of(missing.sha256).unlink()
    path = disk.path_of(altered.sha256)
    path.chmod(0o600)
    path.write_bytes(b"other")
    stray = disk.path_of(disk.put(b"nobody's"))
    assert [finding.kind for finding in check_files() if finding.kind == "orphan"] == []  # still young
    age(stray, 2)
    findings = {finding.kind: finding for finding in check_files()}
    assert set(findings) == {"missing", "corrupt", "orphan"}
    assert "甲.jpg" in str(findings["missing"])
    assert "乙.docx" in str(findings["corrupt"])
    assert stray.name in str(findings["orphan"])
    assert kept.sha256 not in {finding.sha256 for finding in findings.values()}


def test_a_lost_file_answers_like_one_that_never_was(client: Any, world: Any, attach: Any) -> None:
    attached = attach()
    disk.path_of(attached.sha256).unlink()
    client.force_login(world.clerk)
    assert client.get(attached.get_absolute_url()).status_code == 404
    assert client.get(attached.thumb_url).status_code == 404


def test_orphans_are_cleared_and_nothing_else(attach: Any, world: Any, home: Path) -> None:
    kept, gone = attach(), attach("a.pdf", pdf())
    access.picture_of(kept, access.THUMB)
    remove(gone, world.clerk)
    for path in (home / "media").rglob("*"):
        age(path, 60)
    assert remove_orphans() == 0  # what was removed can be asked back for thirty days
    long_ago: datetime = gone.removed_at - checks.KEEP_REMOVED - timedelta(days=1)
    Attachment.objects.filter(pk=gone.pk).update(removed_at=long_ago)
    assert remove_orphans() == 1
    assert not disk.path_of(gone.sha256).exists()
    assert disk.path_of(kept.sha256, access.THUMB).exists()
    assert check_files() == []


def test_a_content_that_comes_again_is_not_cleared_under_its_new_row(attach: Any) -> None:
    path = disk.path_of(disk.put(office()))
    age(path, 60)
    disk.put(office())
    assert remove_orphans() == 0
    assert path.exists()
