"""The places where Django keeps sessions, read and written by the tests without Django."""

import pickle
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis

DJANGO_REDIS = "django_redis.cache.RedisCache"
BACKENDS = "django.contrib.sessions.backends."


@dataclass(frozen=True)
class Store:
    """Settings of one way to keep sessions."""

    name: str
    engine: str
    cache: dict[str, Any] = field(default_factory=dict)
    prefix: str = ":1:"

    @property
    def needs_redis(self) -> bool:
        return self.engine in ("cache", "cached_db")

    def settings(self, redis_url: str, folder: Path) -> dict[str, Any]:
        settings: dict[str, Any] = {"SESSION_ENGINE": BACKENDS + self.engine}
        if self.needs_redis:
            default = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": redis_url}
            settings["CACHES"] = {"default": {**default, **self.cache}}
        if self.engine == "file":
            settings["SESSION_FILE_PATH"] = str(folder)
        return settings

    def key(self, session_key: str) -> str:
        return f"{self.prefix}{BACKENDS.removesuffix('backends.')}{self.engine}{session_key}"

    def read(self, connection: redis.Redis, session_key: str) -> Any:
        """What the cache holds for a session, as Django would read it."""
        value = connection.get(self.key(session_key))
        if value is None:
            return None
        if "Zlib" in str(self.cache):
            value = zlib.decompress(value)
        return pickle.loads(value)


STORES = [
    Store("db", "db"),
    Store("cached_db", "cached_db"),
    Store("cache", "cache"),
    Store("cache with prefix", "cache", {"KEY_PREFIX": "site", "VERSION": 3}, "site:3:"),
    Store("django-redis", "cache", {"BACKEND": DJANGO_REDIS}),
    Store(
        "django-redis, compressed",
        "cached_db",
        {"BACKEND": DJANGO_REDIS, "OPTIONS": {"COMPRESSOR": "django_redis.compressors.zlib.ZlibCompressor"}},
    ),
    Store("signed_cookies", "signed_cookies"),
    Store("file", "file"),
]
