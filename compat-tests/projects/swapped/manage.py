#!/usr/bin/env python3
"""The command line of a members' site. SITE_DATABASE holds DATABASES["default"] as JSON."""

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_of_members.settings")

if __name__ == "__main__":
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
