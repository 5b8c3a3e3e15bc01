"""Before the first item: the candidate is checked in, enters the 考场口令 and gives the promise."""

import unicodedata

from django.db import transaction

from accounts.models import User
from audit.services import Actor, record
from exams.scheduling.models import Registration
from lib import throttle
from lib.clock import database_now
from lib.refusals import Invalid


@transaction.atomic
def check_in(*, registration_id: int, by: Actor, how: str) -> bool:
    """签到 (once): ``how`` is "papers" (a proctor saw person and papers) or "code"; True when it was not known yet."""
    registration = (
        Registration.objects.select_for_update(of=("self",)).select_related("session").get(pk=registration_id)
    )
    if registration.checked_in_at is not None:
        return False
    now = database_now()
    Registration.objects.filter(pk=registration.pk).update(checked_in_at=now)
    record(
        stream=registration.session.stream, by=by, at=now, action="registration.check_in",
        target=f"registration:{registration.uuid}", data={"how": how},
    )  # fmt: skip
    return True


def enter_code(*, registration: Registration, code: str, by: User) -> None:
    """签到 by the 考场口令; a wrong one is refused, and after ten in ten minutes every one."""
    sentence = "口令试得太多了，请举手，由监考员为你签到。"
    throttle.check("10/10 minutes", "entry-code", str(registration.pk), sentence=sentence)
    if normalise_code(code) != registration.session.entry_code:
        throttle.hit("10/10 minutes", "entry-code", str(registration.pk), sentence=sentence)
        raise Invalid("考场口令不对。请看监考员公布的四位数字，或举手。", code="wrong_code")
    check_in(registration_id=registration.pk, by=by, how="code")


def normalise_code(code: str) -> str:
    """What was typed, without blanks and with ASCII digits."""
    return unicodedata.normalize("NFKC", code).replace(" ", "")


@transaction.atomic
def promise(*, registration: Registration, by: User) -> None:
    """Keep that the candidate checked the data, read the rules and gave the promise (once)."""
    now = database_now()
    if Registration.objects.filter(pk=registration.pk, promised_at__isnull=True).update(promised_at=now):
        record(
            stream=registration.session.stream, by=by, at=now, action="registration.promise",
            target=f"registration:{registration.uuid}",
        )  # fmt: skip
