#!/usr/bin/env python3
"""The command line of a shop's project, for Django 3.2 to 5.2. SITE_FOLDER holds its database."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_of_shop.settings")

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
