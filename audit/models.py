"""What happened: append-only, one hash chain per stream (a session or an organisation), no foreign keys.

Rows name people and things by uuid and text, so that they outlive whatever they tell about.
"""

import pgtrigger
from django.db import models

from lib.appendonly import append_only_triggers


class AuditEvent(models.Model):
    stream = models.CharField("链", max_length=80)
    seq = models.PositiveIntegerField("序号")
    at = models.DateTimeField("时间")
    actor = models.CharField("操作人编号", max_length=40)
    actor_name = models.CharField("操作人", max_length=120)
    action = models.CharField("动作", max_length=60)
    target = models.CharField("对象", max_length=80)
    reason = models.TextField("原因", blank=True)
    data = models.JSONField("内容", default=dict)
    prev = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["stream", "seq"], name="audit_one_seq_per_stream")]
        indexes = [models.Index(fields=["target"], name="audit_target")]
        triggers: list[pgtrigger.Trigger] = append_only_triggers("audit_event")
