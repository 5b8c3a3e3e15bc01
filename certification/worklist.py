"""工作台: what waits for a person, by role. One count query per entry."""

from dataclasses import dataclass
from typing import Any

from accounts.enums import Role
from accounts.policies import roles_of
from certificates.queries import issuable_count
from exams.enums import SessionState
from exams.models import Session
from grading.counting import counting
from grading.enums import ResultState
from grading.models import Result, ScoringRun
from grading.rating.services import for_rater, kept_by
from grading.trials.queries import newer_available
from itembank.desk.queries import practical_tasks
from itembank.enums import ItemVersionState
from lib.leases import TaskState


@dataclass(frozen=True)
class Entry:
    label: str
    hint: str
    url: str
    count: int


def worklist(user: Any) -> list[Entry]:
    """Entries for the person's roles, most urgent first."""
    by_role: dict[str, list[int]] = {}
    for organisation_id, roles in roles_of(user).items():
        for role in roles:
            by_role.setdefault(role, []).append(organisation_id)
    entries: list[Entry] = []
    steering = by_role.get(Role.ADMINISTRATOR, []) + by_role.get(Role.PROCTOR, [])
    if steering:
        live = Session.objects.filter(
            organisation__in=steering, state__in=[SessionState.PUBLISHED, SessionState.RUNNING]
        ).count()
        entries.append(Entry("待考和考试中的场次", "进入监考页面", "/sessions/", live))
    reviewing = by_role.get(Role.REVIEWER, []) + by_role.get(Role.ADMINISTRATOR, [])
    if reviewing:
        results = Result.objects.filter(registration__session__organisation__in=reviewing)
        flagged = counting(
            ScoringRun.objects.filter(
                state=TaskState.FLAGGED, attempt__registration__session__organisation__in=reviewing
            )
        ).count()
        if flagged:
            entries.append(Entry("评分需人工处理", "机器评分三次未完成", "/results/?state=scoring", flagged))
        entries.append(
            Entry(
                "待复核的成绩",
                "核对后确认",
                "/results/?state=pending_review",
                results.filter(state=ResultState.PENDING_REVIEW).count(),
            )
        )
        newer = newer_available(reviewing).count()
        if newer:
            entries.append(Entry("有新版评分程序的任务", "试评后对照差异", "/results/scorers/", newer))
    if Role.REVIEWER in by_role:
        waiting = practical_tasks(by_role[Role.REVIEWER]).filter(state=ItemVersionState.IN_REVIEW).count()
        if waiting:
            entries.append(
                Entry("待审核的实操任务", "试做后通过或退回", "/items/practical/?state=in_review", waiting)
            )
    if Role.RATER in by_role:
        entries.append(
            Entry(
                "待评分的作品",
                "领取后对照等级描述评分",
                "/ratings/",
                for_rater(user).count() + kept_by(user).count(),
            )
        )
    administering = by_role.get(Role.ADMINISTRATOR, [])
    if administering:
        results = Result.objects.filter(registration__session__organisation__in=administering)
        entries.append(
            Entry(
                "待发布的成绩",
                "由复核人以外的人发布",
                "/results/?state=reviewed",
                results.filter(state=ResultState.REVIEWED).count(),
            )
        )
        entries.append(
            Entry("待颁发的证书", "成绩合格、公示期满", "/certificates/", issuable_count(administering))
        )
    return entries
