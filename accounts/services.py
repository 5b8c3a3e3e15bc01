"""Every write of the accounts room."""

from django.contrib.auth.hashers import make_password

from accounts import identity
from accounts.enums import DocumentType, Sex
from accounts.models import Candidate, Membership, Organisation, User


def create_user(*, username: str, display_name: str, password: str | None = None) -> User:
    """Make an account; without a password it cannot sign in by user name."""
    return User.objects.create(username=username, display_name=display_name, password=make_password(password))


def ensure_staff(
    *, username: str, display_name: str, password: str, organisation: Organisation, role: str
) -> User:
    """Make or refresh a member of staff with one role (used by seeding; idempotent)."""
    user = User.objects.filter(username=username).first()
    if user is None:
        user = create_user(username=username, display_name=display_name, password=password)
    Membership.objects.get_or_create(user=user, organisation=organisation, role=role)
    return user


def create_candidate(
    *,
    name: str,
    id_number: str,
    username: str,
    password_hash: str,
    document_type: str = DocumentType.ID_CARD,
    sex: str = Sex.UNKNOWN,
) -> Candidate:
    """Make a candidate with an account. ``password_hash`` is encoded already: a batch shares one slow hash.

    The same document again returns the person who has it.
    """
    known = Candidate.objects.filter(
        document_type=document_type, id_number_hash=identity.number_hash(id_number)
    ).first()
    if known:
        return known
    clean = identity.normalise_name(name)
    user = User.objects.create(username=username, display_name=clean, password=password_hash)
    return Candidate.objects.create(
        user=user,
        name=clean,
        sex=sex,
        document_type=document_type,
        id_number_sealed=identity.encrypt_number(id_number),
        id_number_hash=identity.number_hash(id_number),
    )
