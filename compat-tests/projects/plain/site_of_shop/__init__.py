"""Settings with Python in them: what slash-o django-settings translates, and what it has to name."""
