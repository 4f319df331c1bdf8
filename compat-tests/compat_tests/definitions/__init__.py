"""Definitions of the cases: rows to start from and requests to send; the expectations are recorded."""
