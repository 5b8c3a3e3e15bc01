"""Throttles on the shared cache. A room of fifty sits behind one address, so keys name the person or the thing tried,
never the address alone. When the cache is gone the throttle lets people through: signing in matters more."""

import logging
from functools import lru_cache

import limits
from django.conf import settings

from lib.refusals import TooMany

logger = logging.getLogger("certification.throttle")


@lru_cache
def _limiter() -> limits.strategies.FixedWindowRateLimiter:
    storage = limits.storage.storage_from_string(
        settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
    )
    return limits.strategies.FixedWindowRateLimiter(storage)


def hit(rate: str, *key: str, sentence: str) -> None:
    """Count one try of ``key`` against ``rate`` ("10/minute"); raise TooMany with ``sentence`` beyond it."""
    try:
        allowed = _limiter().hit(limits.parse(rate), *key)
    except Exception:  # the cache is down: any error of the client means the same
        logger.warning("throttle store unreachable, letting %s through", key[0], exc_info=True)
        return
    if not allowed:
        raise TooMany(sentence)


def check(rate: str, *key: str, sentence: str) -> None:
    """Raise TooMany when ``key`` has used up ``rate``, without counting."""
    try:
        allowed = _limiter().test(limits.parse(rate), *key)
    except Exception:  # as above
        logger.warning("throttle store unreachable, letting %s through", key[0], exc_info=True)
        return
    if not allowed:
        raise TooMany(sentence)
