"""试机: what a machine of a site could do when it was tried. Nothing personal is kept."""

from django.db import models
from django.db.models import Q

from exams.enums import Fitness
from exams.scheduling.models import Site
from lib.appendonly import append_only_triggers


class MachineCheck(models.Model):
    """One try of one machine (机号 as the site numbers them). The newest one counts."""

    site = models.ForeignKey(Site, on_delete=models.PROTECT, related_name="machine_checks")
    machine = models.CharField("机号", max_length=20)
    checked_at = models.DateTimeField("试机时间")
    fitness = models.CharField("结论", max_length=10, choices=Fitness.choices)
    # [{"name", "label", "fitness", "text"}]
    findings = models.JSONField("各项结果")
    browser = models.CharField("浏览器", max_length=80, blank=True)

    class Meta:
        verbose_name = "试机记录"
        constraints = [
            models.CheckConstraint(condition=Q(fitness__in=Fitness.values), name="exams_machine_fitness")
        ]
        indexes = [
            models.Index(fields=["site", "machine", "-checked_at"], name="exams_machine_newest"),
        ]
        triggers = append_only_triggers("machine_check")
