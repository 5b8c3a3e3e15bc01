"""Who calls about which attempt: by attempt token (one signature check), by login token or by the browser's session."""

from dataclasses import dataclass
from uuid import UUID

from rest_framework.authentication import SessionAuthentication, get_authorization_header
from rest_framework.request import Request

from accounts import tokens as login_tokens
from accounts.models import User
from accounts.rest.authentication import BearerAuthentication, BearerScheme
from exams.delivery import tokens
from lib.refusals import Forbidden, NotFound, NotSignedIn
from lib.rows import rows


@dataclass(frozen=True)
class Caller:
    """A candidate's call about one attempt; ``device`` names the seat it comes from."""

    attempt_id: int
    user: User
    device: str


@dataclass(frozen=True)
class SeatHeld:
    """What a valid attempt token proves: the seat, and the id of its attempt."""

    seat: tokens.Seat
    attempt_id: int


class AttemptAuthentication(BearerAuthentication):
    """Accepts an attempt token beside the login token; the attempt's candidate is the user."""

    def authenticate(self, request: Request) -> tuple[User, str | SeatHeld] | None:
        parts = get_authorization_header(request).split()
        if len(parts) == 2 and parts[0].lower() == b"bearer":
            seat = tokens.read(parts[1].decode("latin-1"))
            if seat is not None:
                found = tokens.holder_of(seat)
                return (found[0], SeatHeld(seat, found[1])) if found else None
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
    auth = request.auth
    if isinstance(auth, SeatHeld) and auth.seat.attempt == str(attempt_uuid):
        return Caller(auth.attempt_id, user, auth.seat.device)
    found = rows(
        "SELECT a.id, c.user_id FROM exams_attempt a JOIN exams_registration r ON r.id = a.registration_id "
        "JOIN accounts_candidate c ON c.id = r.candidate_id WHERE a.uuid = %s",
        attempt_uuid,
    )
    attempt_id, owner = found[0] if found else (0, None)
    if owner != user.pk:
        if found and not hasattr(user, "candidate"):
            raise Forbidden("只有考生本人可以进行这一步。")
        raise NotFound("没有找到这场考试，请重新登录后从考试列表进入。")
    if isinstance(auth, SeatHeld):
        raise Forbidden("这个凭证属于另一场考试，请重新开始答题。")
    login = auth if isinstance(auth, str) else request.session.session_key or ""
    return Caller(attempt_id, user, f"{login_tokens.seat_of(login)}:{tab}"[:80])
