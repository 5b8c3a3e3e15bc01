"""What every page needs: the way through the house for this person."""

from typing import Any

from django.http import HttpRequest

from accounts.policies import roles_of


def navigation(request: HttpRequest) -> dict[str, Any]:
    """Links of the top bar by role; candidates and the public get none."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"navigation": []}
    roles = {role for roles in roles_of(user).values() for role in roles}
    links: list[dict[str, str]] = []
    if roles:
        links.append({"url": "/staff/", "label": "工作台"})
    if roles & {"administrator", "author", "reviewer", "supervisor"}:
        links.append({"url": "/standards/", "label": "标准"})
    if roles & {"administrator", "author", "reviewer"}:
        links.append({"url": "/items/", "label": "题库"})
    if roles & {"administrator", "proctor", "supervisor"}:
        links.append({"url": "/sessions/", "label": "场次"})
    if roles & {"administrator", "rater", "supervisor"}:
        links.append({"url": "/ratings/", "label": "评分"})
    if roles & {"administrator", "reviewer", "supervisor"}:
        links.append({"url": "/results/", "label": "成绩"})
    if roles & {"administrator", "supervisor"}:
        links.append({"url": "/certificates/", "label": "证书"})
    for link in links:
        link["current"] = "page" if request.path.startswith(link["url"]) and link["url"] != "/staff/" else ""
    return {"navigation": links}
