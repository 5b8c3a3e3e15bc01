"""Who may. ``check_x`` raises a sentence for a person, ``can_x`` is its boolean twin."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect

from accounts.enums import Role
from accounts.models import Membership, User
from lib.refusals import Forbidden, NotFound, NotSignedIn

View = Callable[..., HttpResponseBase]


def roles_of(user: Any) -> dict[int, set[str]]:
    """The person's roles by organisation id, read once per request (kept on the user object)."""
    if not isinstance(user, User):
        return {}
    cached: dict[int, set[str]] | None = getattr(user, "_roles", None)
    if cached is None:
        cached = {}
        for organisation_id, role in Membership.objects.filter(user=user).values_list(
            "organisation_id", "role"
        ):
            cached.setdefault(organisation_id, set()).add(role)
        user._roles = cached  # type: ignore[attr-defined]
    return cached


def organisations_of(user: Any) -> list[int]:
    """Ids of the organisations the person works for: what lists are filtered by."""
    return list(roles_of(user))


def has_role(user: Any, organisation_id: int, *roles: str) -> bool:
    return bool(roles_of(user).get(organisation_id, set()) & set(roles))


def check_role(user: Any, organisation_id: int, *roles: str) -> None:
    """Not signed in is 401, another organisation's object 404, a missing role 403."""
    if not getattr(user, "is_authenticated", False):
        raise NotSignedIn("请先登录。")
    if organisation_id not in roles_of(user):
        raise NotFound("没有找到您要的内容，请核对地址。")
    if not has_role(user, organisation_id, *roles):
        wanted = "、".join(str(Role(role).label) for role in roles)
        raise Forbidden(f"这一步需要“{wanted}”的权限，请联系本机构管理员。")


def organisations_with_role(user: Any, *roles: str) -> list[int]:
    """Ids of the organisations in which the person has one of ``roles``; 403 with a sentence when there is none."""
    found = [one for one in organisations_of(user) if has_role(user, one, *roles)]
    if not found:
        wanted = "、".join(str(Role(role).label) for role in roles)
        raise Forbidden(f"此页面需要“{wanted}”的权限，请联系本机构管理员。")
    return found


def person(request: HttpRequest) -> User:
    """Who is signed in; 401 for nobody."""
    if not isinstance(request.user, User):
        raise NotSignedIn("请先登录。")
    return request.user


def is_staff_person(user: Any) -> bool:
    return bool(roles_of(user))


def staff_required(view: View) -> View:
    """Pages of staff: anonymous people are sent to the sign-in page, candidates get 403."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect(f"/staff/sign-in/?next={request.get_full_path()}")
        if not is_staff_person(request.user):
            raise Forbidden("此页面供工作人员使用，考生请从考试入口登录。")
        return view(request, *args, **kwargs)

    return guarded


def candidate_required(view: View) -> View:
    """Pages of candidates."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect("/sit/")
        if not hasattr(request.user, "candidate"):
            raise Forbidden("此页面供考生使用，工作人员请从工作人员入口登录。")
        return view(request, *args, **kwargs)

    return guarded


Page = Callable[..., HttpResponse]
