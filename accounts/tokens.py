"""Login tokens of the API: signed, bound to the account and its password, twelve hours."""

import hashlib
import secrets
from functools import cache

from django.core import signing

from accounts.models import User
from lib.rows import columns, read_model, rows

SALT = "accounts.login-token"
MAX_AGE = 12 * 3600


def issue(user: User) -> str:
    """A token for ``Authorization: Bearer``."""
    body = {"u": str(user.uuid), "s": user.get_session_auth_hash()[:16], "n": secrets.token_hex(4)}
    return signing.dumps(body, salt=SALT)


def seat_of(token: str) -> str:
    """A name for the place a login happened at: every login is another seat."""
    return hashlib.sha256(token.encode()).hexdigest()[:16]


def read(token: str) -> User | None:
    """The active user a token names, or None when it is not ours, too old or the password changed."""
    try:
        body = signing.loads(token, salt=SALT, max_age=MAX_AGE)
        found = rows(_active_user(), body["u"])
    except (signing.BadSignature, KeyError, TypeError):
        return None
    if not found:
        return None
    user, _ = read_model(User, found[0])
    return user if user.get_session_auth_hash()[:16] == body["s"] else None


@cache
def _active_user() -> str:
    return f"SELECT {columns(User, 'u')} FROM accounts_user u WHERE u.uuid = %s AND u.is_active"  # noqa: S608 - columns only
