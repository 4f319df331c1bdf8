"""Start-up of the reference: work factors of the hashers as the configuration file says."""

from django.apps import AppConfig


class ReferenceSiteConfig(AppConfig):
    name = "reference_site"

    def ready(self) -> None:
        from django.conf import settings
        from django.contrib.auth.hashers import PBKDF2PasswordHasher

        from reference_site import site_config

        hashers = site_config.server_settings(settings.CONFIG).get("hashers", {})
        iterations = hashers.get("pbkdf2_sha256", {}).get("iterations")
        if iterations:
            # The class itself, not a subclass: hashes stay those of Django's own hasher.
            PBKDF2PasswordHasher.iterations = iterations
