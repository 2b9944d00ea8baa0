"""What a worker of the web server runs.

Pages are read in before the first request, and what is there then stays for as long as the worker: looking through it
for rubbish again and again would cost a tenth of every page.
"""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xianfeng.config.settings")

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018 - reading them imports every view
gc.collect()
gc.freeze()
