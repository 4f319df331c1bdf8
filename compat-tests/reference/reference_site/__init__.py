"""The reference: a small Django site whose OAuth provider is the real django-oauth-toolkit."""
