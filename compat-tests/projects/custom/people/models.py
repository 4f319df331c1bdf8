"""A user model of the project: UUID key, email login, own table, no is_active, no is_staff."""

import uuid

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models


class PersonManager(BaseUserManager):
    def create_user(self, email, password=None, **more):
        person = self.model(email=self.normalize_email(email), **more)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(AbstractBaseUser):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("email address", unique=True)
    given_name = models.CharField(max_length=80, blank=True)
    team = models.CharField(max_length=20, default="all")

    USERNAME_FIELD = "email"
    objects = PersonManager()

    class Meta:
        db_table = "people"
