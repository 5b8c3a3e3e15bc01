"""Reads of 试机."""

from typing import Any

from django.db.models import Case, Count, IntegerField, Q, QuerySet, Value, When

from accounts.enums import Role
from accounts.policies import organisations_with_role
from exams.enums import Fitness
from exams.machines.models import MachineCheck
from exams.scheduling.models import Site

VIEWERS = (Role.ADMINISTRATOR, Role.PROCTOR, Role.SUPERVISOR)


def sites_for(user: Any) -> QuerySet[Site]:
    """Sites the person's organisations own or hold sessions at, by name; 403 without a role that needs them."""
    own = organisations_with_role(user, *VIEWERS)
    return (
        Site.objects.filter(Q(organisation__in=own) | Q(sessions__organisation__in=own))
        .distinct()
        .order_by("name", "pk")
    )


def newest_of_site(site: Site) -> QuerySet[MachineCheck]:
    """The newest check of each machine of a site: those that need somebody first, then by number."""
    newest = (
        MachineCheck.objects.filter(site=site)
        .order_by("machine", "-checked_at", "-pk")
        .distinct("machine")
        .values("pk")
    )
    worst_first = Case(
        When(fitness=Fitness.UNFIT, then=Value(0)),
        When(fitness=Fitness.ATTENTION, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return MachineCheck.objects.filter(pk__in=newest).order_by(worst_first, "machine")


def counts(site: Site) -> dict[str, int]:
    """How many machines are fit, want attention, are unfit."""
    found = dict(newest_of_site(site).order_by().values_list("fitness").annotate(number=Count("pk")))
    return {value: found.get(value, 0) for value in Fitness.values}
