"""The product's settings, with a data folder of its own, a quick password hasher and no static manifest."""

import atexit
import os
import shutil
import tempfile

# Never the folder of the environment: somebody's real data may lie there.
os.environ["XIANFENG_HOME"] = tempfile.mkdtemp(prefix="xianfeng-tests-")
atexit.register(shutil.rmtree, os.environ["XIANFENG_HOME"], ignore_errors=True)

from xianfeng.config.settings import *  # noqa: E402, F403 - settings are read by name

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
SECOND_FACTOR = False  # tests of other things sign in with one step; people/test_second_factor switches it on
TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
STATIC_ROOT.mkdir(exist_ok=True)  # noqa: F405 - WhiteNoise warns of a folder that is not there
