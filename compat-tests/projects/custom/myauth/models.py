"""DOT's application with columns that every new row must fill."""

from django.db import models
from oauth2_provider.models import AbstractApplication


class App(AbstractApplication):
    tenant = models.CharField(max_length=20, default="main")
    seats = models.IntegerField(default=3)
    is_internal = models.BooleanField(default=False)

    class Meta(AbstractApplication.Meta):
        db_table = "myauth_clients"
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
