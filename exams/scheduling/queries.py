"""Reads of planning."""

from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from accounts.models import User
from accounts.policies import organisations_of
from exams.scheduling.models import Registration, Session
from lib.refusals import NotFound


def sessions_for(user: Any) -> QuerySet[Session]:
    """Sessions of the person's organisations, newest first, with the number of candidates."""
    return (
        Session.objects.filter(organisation__in=organisations_of(user))
        .select_related("scheme__level", "site", "batch")
        .annotate(candidates=Count("registrations"))
        .order_by("-starts_at", "-pk")
    )


def session_for(user: Any, session_uuid: UUID) -> Session:
    """One session of the person's organisations; anybody else's is 404."""
    session = (
        Session.objects.select_related("scheme__level__standard", "site", "batch", "organisation")
        .filter(uuid=session_uuid, organisation__in=organisations_of(user))
        .first()
    )
    if session is None:
        raise NotFound("没有找到这个场次，请从场次列表进入。")
    return session


def registrations_of(user: User) -> QuerySet[Registration]:
    """A candidate's registrations, newest session first."""
    return (
        Registration.objects.filter(candidate__user=user)
        .select_related(
            "session__scheme__level__standard", "session__site", "session__organisation", "room", "candidate"
        )
        .order_by("-session__starts_at", "-pk")
    )
