"""When a certificate may be issued. ``check_x`` raises a sentence, ``reason_against_x`` gives it for a page."""

import datetime as dt

from django.utils.timezone import localtime

from certificates.models import Decision
from lib.refusals import Conflict


def publicity_ends_at(decision: Decision) -> dt.datetime | None:
    """End of the 公示: release plus the scheme's days, to the second."""
    result = decision.result
    if result.released_at is None:
        return None
    return result.released_at + dt.timedelta(days=result.registration.session.scheme.publicity_days)


def reason_against_issue(decision: Decision, now: dt.datetime) -> str | None:
    """Why no certificate may be issued now (one sentence), or None."""
    if not decision.passed:
        return "考核结论不是合格，不能颁发证书。"
    end = publicity_ends_at(decision)
    if end is None or now < end:
        local = localtime(end) if end else None
        return (
            f"公示期到 {local:%Y年%-m月%-d日 %H:%M} 结束，之后才能颁发。"
            if local
            else "成绩尚未发布，不能颁发证书。"
        )
    return None


def check_issue(decision: Decision, now: dt.datetime) -> None:
    reason = reason_against_issue(decision, now)
    if reason:
        raise Conflict(reason, code="not_issuable")
