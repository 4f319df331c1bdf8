"""Definitions of the cases: rows to start from and requests to send; the expectations are recorded."""

from compat_tests.definitions import oauth2, registration

#: The files of cases/, and what defines their cases.
FILES = {"oauth2": oauth2.definitions, "registration": registration.definitions}
