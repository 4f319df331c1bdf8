"""All of DOT's models, swapped: tables of the project's own with columns that every new row must fill."""

from django.db import models
from oauth2_provider.models import (
    AbstractAccessToken,
    AbstractApplication,
    AbstractDeviceGrant,
    AbstractGrant,
    AbstractIDToken,
    AbstractRefreshToken,
)


class Client(AbstractApplication):
    tenant = models.CharField(max_length=20, default="main")

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"


class AccessToken(AbstractAccessToken):
    uses = models.IntegerField(default=0)

    class Meta(AbstractAccessToken.Meta):
        db_table = "access_tokens"
        swappable = "OAUTH2_PROVIDER_ACCESS_TOKEN_MODEL"


class RefreshToken(AbstractRefreshToken):
    device = models.CharField(max_length=20, default="unknown")

    class Meta(AbstractRefreshToken.Meta):
        db_table = "refresh_tokens"
        swappable = "OAUTH2_PROVIDER_REFRESH_TOKEN_MODEL"


class Grant(AbstractGrant):
    is_first = models.BooleanField(default=True)

    class Meta(AbstractGrant.Meta):
        db_table = "grants"
        swappable = "OAUTH2_PROVIDER_GRANT_MODEL"


class IDToken(AbstractIDToken):
    weight = models.FloatField(default=1.5)

    class Meta(AbstractIDToken.Meta):
        db_table = "id_tokens"
        swappable = "OAUTH2_PROVIDER_ID_TOKEN_MODEL"


class DeviceGrant(AbstractDeviceGrant):
    place = models.CharField(max_length=20, blank=True, default="")

    class Meta(AbstractDeviceGrant.Meta):
        db_table = "device_grants"
        swappable = "OAUTH2_PROVIDER_DEVICE_GRANT_MODEL"
