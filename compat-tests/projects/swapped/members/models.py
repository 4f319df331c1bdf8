"""A user model with Django's own columns, an integer key of four bytes and one column more."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class Member(AbstractUser):
    id = models.AutoField(primary_key=True)
    level = models.IntegerField(default=1)

    class Meta:
        db_table = "members"
