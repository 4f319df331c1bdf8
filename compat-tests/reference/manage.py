#!/usr/bin/env python3
"""Django's command line for the reference. SITE_CONFIG names the configuration file."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "reference_site.settings")

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
