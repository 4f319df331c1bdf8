"""People log in with their email address."""
