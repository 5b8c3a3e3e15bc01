"""Who may load a standard and keep what stands beside it. Everybody who works here may read it."""

from typing import Any

from accounts.enums import OrganisationKind, Role
from accounts.models import Organisation
from accounts.policies import has_role, organisations_of, organisations_with_role
from lib.refusals import Forbidden
from standards.models import Standard


def keepers_of(user: Any) -> list[Organisation]:
    """The certification bodies for which the person may load standards; 403 with a sentence when there is none."""
    ids = organisations_with_role(user, Role.ADMINISTRATOR)
    bodies = list(Organisation.objects.filter(pk__in=ids, kind=OrganisationKind.EVALUATOR).order_by("pk"))
    if not bodies:
        raise Forbidden("标准由培训评价组织的管理员载入和管理，您所在的机构不能操作。")
    return bodies


def check_keeper(user: Any, standard: Standard) -> Organisation:
    """The organisation in whose name the person keeps this standard; 403 with a sentence for anybody else."""
    bodies = keepers_of(user)
    if standard.keeper is None:
        return bodies[0]
    if standard.keeper not in bodies:
        raise Forbidden(f"这份标准由“{standard.keeper.name}”管理，您只能查看。")
    return standard.keeper


def can_keep(user: Any, standard: Standard) -> bool:
    """Whether to show the controls of :func:`check_keeper`."""
    try:
        check_keeper(user, standard)
    except Forbidden:
        return False
    return True


def can_load(user: Any) -> bool:
    """Whether to show the way to loading a standard."""
    try:
        keepers_of(user)
    except Forbidden:
        return False
    return True


def bank_organisations(user: Any) -> list[int]:
    """Ids of the organisations whose items a person may count beside a standard: none for a proctor or a school."""
    keepers = (Role.ADMINISTRATOR, Role.AUTHOR, Role.REVIEWER)
    return [one for one in organisations_of(user) if has_role(user, one, *keepers)]
