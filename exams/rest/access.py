"""Who calls about which attempt: by attempt token (one signature check), by login token or by the browser's session."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from rest_framework.authentication import SessionAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts import tokens as login_tokens
from accounts.models import User
from accounts.rest.authentication import BearerAuthentication, BearerScheme
from exams.delivery import tokens
from exams.delivery.models import Attempt
from lib.refusals import Forbidden, NotFound, NotSignedIn


@dataclass(frozen=True)
class Caller:
    """A candidate's call about one attempt; ``device`` names the seat it comes from."""

    attempt_id: int
    user: User
    device: str


class AttemptAuthentication(BearerAuthentication):
    """Accepts an attempt token beside the login token; the attempt's candidate is the user."""

    def authenticate(self, request: Request) -> tuple[User, str] | None:
        parts = get_authorization_header(request).split()
        if len(parts) == 2 and parts[0].lower() == b"bearer":
            token = parts[1].decode("latin-1")
            seat = tokens.read(token)
            if seat is not None:
                user = User.objects.filter(
                    candidate__registrations__attempts__uuid=seat.attempt, is_active=True
                ).first()
                return (user, token) if user else None
        return super().authenticate(request)


class AttemptScheme(BearerScheme):
    target_class = AttemptAuthentication
    name = "attemptToken"


AUTHENTICATION = [AttemptAuthentication, SessionAuthentication]


def caller(request: Request, attempt_uuid: UUID, *, tab: str = "") -> Caller:
    """The caller when the attempt is his own: 401 without sign-in, 404 for what is not there, 403 for another's."""
    user = request.user
    if not isinstance(user, User):
        raise NotSignedIn("请先登录。")
    row = (
        Attempt.objects.filter(uuid=attempt_uuid)
        .annotate(owner=F("registration__candidate__user_id"))
        .values("pk", "owner")
        .first()
    )
    if row is None or row["owner"] != user.pk:
        if row is not None and not hasattr(user, "candidate"):
            raise Forbidden("只有考生本人可以进行这一步。")
        raise NotFound("没有找到这场考试，请重新登录后从考试列表进入。")
    seat = tokens.read(request.auth) if isinstance(request.auth, str) else None
    if seat is not None:
        if seat.attempt != str(attempt_uuid):
            raise Forbidden("这个凭证属于另一场考试，请重新开始答题。")
        return Caller(row["pk"], user, seat.device)
    if isinstance(request.auth, str):
        return Caller(row["pk"], user, f"{login_tokens.seat_of(request.auth)}:{tab}"[:80])
    session_key = request.session.session_key or ""
    return Caller(row["pk"], user, f"{login_tokens.seat_of(session_key)}:{tab}"[:80])
