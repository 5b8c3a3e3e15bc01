"""What a machine must be able to do for an exam. A pure function: the page measures, the server judges."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from exams.enums import Fitness

# Chrome 109 is the last one for Windows 7, common in schools; the others are of the same age.
OLDEST = {"Chrome": 109, "Edge": 109, "Firefox": 115, "Safari": 16}
# In the order of trying: Edge calls itself Chrome too, Chrome calls itself Safari too.
BROWSERS = [
    ("Edge", r"Edg/(\d+)"),
    ("Firefox", r"Firefox/(\d+)"),
    ("Chrome", r"Chrome/(\d+)"),
    ("Safari", r"Version/(\d+).* Safari/"),
]
SMALLEST_SCREEN = (1024, 768)
LEAST_STORAGE_MB = 50
# The page runs on the server's time whatever the machine's clock says: this is only worth a hint.
CLOCK_OFF_MS = 5 * 60 * 1000
SLOW_MS, TOO_SLOW_MS = 500, 3000


@dataclass(frozen=True)
class Finding:
    """One thing that was tried; ``text`` says what was found and what to do."""

    name: str
    label: str
    fitness: str
    text: str


def browser_of(user_agent: str) -> tuple[str, int]:
    """(name, major version); ("", 0) for a browser we do not know."""
    for name, pattern in BROWSERS:
        found = re.search(pattern, user_agent)
        if found:
            return name, int(found[1])
    return "", 0


def judge(measured: Mapping[str, Any], user_agent: str) -> list[Finding]:
    """What the page measured, judged. Anything missing or odd counts as not there; nothing is raised for any JSON."""
    return [
        _browser(user_agent), _able(measured, "secure", "加密连接", "网址不是 https 开头，答案不能在本机加密保存。请用 https 网址打开，或联系技术人员。"),
        _able(measured, "crypto", "本机加密", "浏览器不能加密，断网时答案只保留在页面上。请更新浏览器或换一台机器。"),
        _able(measured, "worker", "断网续答", "浏览器不允许离线程序，断网后刷新页面不能继续作答。请关闭无痕模式，或更新浏览器。"),
        _storage(measured), _screen(measured), _round_trip(measured), _clock(measured),
    ]  # fmt: skip


def verdict(findings: list[Finding]) -> str:
    """The worst of all."""
    order = [Fitness.UNFIT, Fitness.ATTENTION, Fitness.FIT]
    return min((Fitness(one.fitness) for one in findings), key=order.index, default=Fitness.UNFIT)


def as_json(findings: list[Finding]) -> list[dict[str, str]]:
    return [asdict(one) for one in findings]


def _number(value: Any) -> float | None:
    good = isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e15
    return float(value) if good else None


def _numbers(value: Any) -> list[float]:
    found = [_number(one) for one in value[:20]] if isinstance(value, list) else []
    return [one for one in found if one is not None]


def _browser(user_agent: str) -> Finding:
    name, version = browser_of(user_agent)
    if not name:
        return Finding(
            "browser", "浏览器", Fitness.ATTENTION, "认不出这个浏览器，请改用 Chrome 109 或更新的版本。"
        )
    if version < OLDEST[name]:
        return Finding(
            "browser", "浏览器", Fitness.UNFIT,
            f"{name} {version} 太旧，考试页面打不开。请更新到 {OLDEST[name]} 或更新的版本。",
        )  # fmt: skip
    return Finding("browser", "浏览器", Fitness.FIT, f"{name} {version}")


def _able(measured: Mapping[str, Any], name: str, label: str, otherwise: str) -> Finding:
    if measured.get(name) is True:
        return Finding(name, label, Fitness.FIT, "可以使用")
    return Finding(name, label, Fitness.UNFIT, otherwise)


def _storage(measured: Mapping[str, Any]) -> Finding:
    free = _number(measured.get("storage_mb"))
    if measured.get("storage") is not True:
        return Finding(
            "storage", "本机存储", Fitness.UNFIT,
            "浏览器不允许在本机保存答案。请关闭无痕模式，并在浏览器设置中允许网站存储数据。",
        )  # fmt: skip
    if free is not None and free < LEAST_STORAGE_MB:
        return Finding(
            "storage", "本机存储", Fitness.ATTENTION,
            f"可用空间只有 {free:.0f} MB，断网时可能存不下答案。请清理磁盘。",
        )  # fmt: skip
    return Finding("storage", "本机存储", Fitness.FIT, "可以保存" if free is None else f"可用 {free:.0f} MB")


def _screen(measured: Mapping[str, Any]) -> Finding:
    sizes = _numbers(measured.get("screen"))
    if len(sizes) != 2:
        return Finding("screen", "屏幕", Fitness.ATTENTION, "没有测出屏幕大小，请人工核对。")
    said = f"{sizes[0]:.0f} × {sizes[1]:.0f}"
    if sizes[0] < SMALLEST_SCREEN[0] or sizes[1] < SMALLEST_SCREEN[1]:
        return Finding(
            "screen", "屏幕", Fitness.ATTENTION,
            f"{said}，小于 1024 × 768，实操题会显得拥挤。请调高分辨率或把显示缩放改为 100%。",
        )  # fmt: skip
    return Finding("screen", "屏幕", Fitness.FIT, said)


def _round_trip(measured: Mapping[str, Any]) -> Finding:
    times = sorted(_numbers(measured.get("round_trips_ms")))
    if not times:
        return Finding("network", "网络", Fitness.UNFIT, "连不上考试服务器。请检查网线和网络设置。")
    middle, worst = times[len(times) // 2], times[-1]
    said = f"往返 {middle:.0f} 毫秒，最慢 {worst:.0f} 毫秒"
    if middle > TOO_SLOW_MS:
        return Finding("network", "网络", Fitness.UNFIT, f"{said}，太慢。请检查网络或换一台机器。")
    if middle > SLOW_MS or worst > TOO_SLOW_MS:
        return Finding("network", "网络", Fitness.ATTENTION, f"{said}，偏慢。请检查机房的网络。")
    return Finding("network", "网络", Fitness.FIT, said)


def _clock(measured: Mapping[str, Any]) -> Finding:
    off = _number(measured.get("clock_off_ms"))
    if off is None:
        return Finding("clock", "电脑时间", Fitness.ATTENTION, "没有测出电脑时间。")
    if abs(off) > CLOCK_OFF_MS:
        minutes = round(abs(off) / 60_000)
        return Finding(
            "clock", "电脑时间", Fitness.ATTENTION,
            f"比服务器{'快' if off > 0 else '慢'}约 {minutes} 分钟。考试以服务器时间为准，不影响计时；建议校准，以免考生误会。",
        )  # fmt: skip
    return Finding("clock", "电脑时间", Fitness.FIT, "与服务器一致")
