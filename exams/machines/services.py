"""The one write: a machine was tried."""

from typing import Any

from exams.enums import Fitness
from exams.machines.judging import as_json, browser_of, judge, verdict
from exams.machines.models import MachineCheck
from exams.scheduling.models import Site
from lib import throttle
from lib.clock import database_now
from lib.refusals import Invalid, NotFound

# A whole room behind one address tries its machines twice in a few minutes; more is no try of machines.
RATE = "300/minute"
LONGEST_NUMBER = 20


def record(*, site_code: Any, machine: Any, measured: Any, user_agent: str, address: str) -> MachineCheck:
    """Judge what the page measured and keep it under the site and the machine's number.

    Refuses with a sentence: an unknown site, a missing number, too many tries from one address.
    """
    throttle.hit(RATE, "machine-check", address, sentence="试机次数过多，请等一分钟后再试。")
    number = " ".join(machine.split()) if isinstance(machine, str) else ""
    if not 1 <= len(number) <= LONGEST_NUMBER or not number.isprintable():
        raise Invalid(
            f"请填写机号（1–{LONGEST_NUMBER} 个字），例如机箱标签上的“A-07”。",
            errors=[{"field": "machine", "code": "required", "message": "请填写机号。"}],
        )
    site = site_of(site_code)
    findings = judge(measured if isinstance(measured, dict) else {}, user_agent)
    name, version = browser_of(user_agent)
    return MachineCheck.objects.create(
        site=site, machine=number.upper(), checked_at=database_now(), fitness=Fitness(verdict(findings)),
        findings=as_json(findings), browser=f"{name} {version}" if name else user_agent[:80],
    )  # fmt: skip


def site_of(code: Any) -> Site:
    """The site with this code, as printed in the site's papers; 404 with a sentence otherwise."""
    text = code.strip().upper() if isinstance(code, str) else ""
    site = Site.objects.filter(code=text).first() if 0 < len(text) <= 10 and "\0" not in text else None
    if site is None:
        raise NotFound("没有这个考点代码，请向考点负责人核对后重新输入。", code="unknown_site")
    return site
