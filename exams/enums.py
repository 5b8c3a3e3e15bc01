"""States of the exams room, each with its transition table beside it."""

from django.db import models

from lib.states import Transitions


class Component(models.TextChoices):
    """科目: a part of an exam with its own score and clock. Theory comes first."""

    THEORY = "theory", "理论"
    PRACTICAL = "practical", "实操"


class FormState(models.TextChoices):
    DRAFT = "draft", "待锁定"
    LOCKED = "locked", "已锁定"


FORM_TRANSITIONS: Transitions = {
    FormState.DRAFT: frozenset({FormState.LOCKED}),
    FormState.LOCKED: frozenset(),
}


class SessionState(models.TextChoices):
    DRAFT = "draft", "编排中"
    PUBLISHED = "published", "已发布"
    RUNNING = "running", "考试中"
    CLOSED = "closed", "已结束"


SESSION_TRANSITIONS: Transitions = {
    SessionState.DRAFT: frozenset({SessionState.PUBLISHED}),
    SessionState.PUBLISHED: frozenset({SessionState.RUNNING, SessionState.CLOSED}),
    SessionState.RUNNING: frozenset({SessionState.CLOSED}),
    SessionState.CLOSED: frozenset(),
}


class AttemptState(models.TextChoices):
    READY = "ready", "待开考"
    IN_PROGRESS = "in_progress", "答题中"
    PAUSED = "paused", "已暂停"
    SUBMITTED = "submitted", "已交卷"
    EXPIRED = "expired", "到时自动交卷"
    VOIDED = "voided", "已作废"


ATTEMPT_TRANSITIONS: Transitions = {
    AttemptState.READY: frozenset({AttemptState.IN_PROGRESS, AttemptState.EXPIRED, AttemptState.VOIDED}),
    AttemptState.IN_PROGRESS: frozenset(
        {AttemptState.PAUSED, AttemptState.SUBMITTED, AttemptState.EXPIRED, AttemptState.VOIDED}
    ),
    AttemptState.PAUSED: frozenset({AttemptState.IN_PROGRESS, AttemptState.SUBMITTED, AttemptState.VOIDED}),
    AttemptState.SUBMITTED: frozenset({AttemptState.VOIDED, AttemptState.IN_PROGRESS}),
    AttemptState.EXPIRED: frozenset({AttemptState.VOIDED, AttemptState.IN_PROGRESS}),
    AttemptState.VOIDED: frozenset(),
}
OPEN_STATES = [AttemptState.IN_PROGRESS, AttemptState.PAUSED]
HANDED_IN_STATES = [AttemptState.SUBMITTED, AttemptState.EXPIRED]


class EventState(models.TextChoices):
    """What became of a response event; a held one is accepted, superseded or refused once somebody decides."""

    ACCEPTED = "accepted", "已收下"
    SUPERSEDED = "superseded", "已有更新的作答"
    HELD = "held", "迟到待决定"
    REFUSED = "refused", "未采纳"


DECIDED_STATES = [EventState.ACCEPTED, EventState.SUPERSEDED, EventState.REFUSED]


class GrantKind(models.TextChoices):
    """Why time was added. Kept apart from the clock itself."""

    GRANT = "grant", "补时"
    PAUSE = "pause", "暂停顺延"
    BREAK = "break", "休息顺延"
    # The same time, given to another component whose clock is the same.
    SHARED = "shared", "合计计时顺延"


class ClockKind(models.TextChoices):
    """Whether each component of a scheme has its own clock, or one clock runs from the first start to the last hand-in."""

    OWN = "own", "各科目单独计时"
    SHARED = "shared", "各科目合计计时"


class TakeOver(models.TextChoices):
    """Who may move a candidate to another machine."""

    CANDIDATE = "candidate", "考生本人确认后可换机"
    PROCTOR = "proctor", "须监考员允许"


class SittingKind(models.TextChoices):
    FIRST = "first", "正考"
    RESIT = "resit", "补考"


class Fitness(models.TextChoices):
    """试机: what a machine is good for."""

    FIT = "fit", "合格"
    ATTENTION = "attention", "注意"
    UNFIT = "unfit", "不合格"
