"""Signing in: candidates by ticket and identity number, staff (and demo candidates) by user name and password.

One sentence for every wrong pair, so that nobody learns which half was right; throttled per ticket or user name, not
per address: a whole room sits behind one.
"""

from collections.abc import Callable

from django.contrib.auth import authenticate

from accounts import identity
from accounts.models import Candidate, User
from lib import throttle
from lib.refusals import NotSignedIn

RATE = "10/minute"
TOO_MANY = "尝试次数过多，请等一分钟后再试；仍不行请举手找监考员。"
WRONG_TICKET = "准考证号或证件号码不对，请对照准考证重新输入；仍不行请举手找监考员。"
WRONG_PASSWORD = "用户名或密码不对，请重新输入。"  # noqa: S105  a sentence, not a secret

# Exams registers how a ticket number leads to a candidate; accounts must not look upward.
TicketLookup = Callable[[str], Candidate | None]
ticket_lookups: list[TicketLookup] = []


def by_ticket(*, ticket_number: str, id_number: str) -> User:
    """The account of the candidate with this ticket and identity number; raises NotSignedIn or TooMany."""
    ticket = identity.normalise_number(ticket_number)[:40]
    throttle.check(RATE, "sign-in-failed", ticket, sentence=TOO_MANY)
    for lookup in ticket_lookups:
        candidate = lookup(ticket)
        if (
            candidate is not None
            and candidate.id_number_hash == identity.number_hash(id_number)
            and candidate.user.is_active
        ):
            return candidate.user
    throttle.hit(RATE, "sign-in-failed", ticket, sentence=TOO_MANY)
    raise NotSignedIn(WRONG_TICKET, code="wrong_credentials")


def by_password(*, username: str, password: str) -> User:
    """The active account with this user name and password; raises NotSignedIn or TooMany."""
    name = username.strip()[:80]
    throttle.check(RATE, "sign-in-failed", name, sentence=TOO_MANY)
    user = authenticate(username=name, password=password)
    if isinstance(user, User):
        return user
    throttle.hit(RATE, "sign-in-failed", name, sentence=TOO_MANY)
    raise NotSignedIn(WRONG_PASSWORD, code="wrong_credentials")
