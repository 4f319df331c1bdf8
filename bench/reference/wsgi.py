"""The reference site for gunicorn; SITE_CONFIG names its configuration."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reference_site.settings")
application = get_wsgi_application()
