"""Proof tools: the real Django beside slash-o on one database. See ../README.md."""
