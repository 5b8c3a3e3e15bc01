"""Certificate numbers from an editable pattern.

Placeholders: {standard} {level} {year} {batch} {site} {serial} {check}, each with an optional width such as
{serial:5}. {check} is ISO 7064 MOD 11-10 over the digits before it, so that a mistyped digit is noticed.
"""

import re
from collections.abc import Mapping

from lib.refusals import Invalid

PLACEHOLDER = re.compile(r"\{(standard|level|year|batch|site|serial|check)(?::(\d{1,2}))?\}")
# The column's length, and the longest values the other rooms allow.
MAX_LENGTH = 60
LONGEST: Mapping[str, str | int] = {
    "standard": "9" * 20, "level": 9, "year": 9999, "batch": 32767, "site": "9" * 10
}  # fmt: skip


def check_pattern(pattern: str) -> None:
    """Raise Invalid with one sentence per fault unless the pattern gives unique numbers."""
    names = [match.group(1) for match in PLACEHOLDER.finditer(pattern)]
    rest = PLACEHOLDER.sub("", pattern)
    faults = []
    unknown = re.findall(r"\{[^{}]*\}", rest)
    if unknown:
        faults.append(f"编号规则里的 {unknown[0]} 不是可用的占位符，请对照下面的说明修改。")
        rest = re.sub(r"\{[^{}]*\}", "", rest)
    if "serial" not in names:
        faults.append("编号规则里要有流水号 {serial}，否则编号会重复。")
    elif names.count("serial") > 1:
        faults.append("流水号 {serial} 只能出现一次。")
    if names.count("check") > 1 or (
        ("check" in names and not pattern.rstrip().endswith("}")) or "check" in names[:-1]
    ):
        faults.append("校验位 {check} 只能出现一次，并放在最后。")
    if not re.fullmatch(r"[0-9A-Za-z\-]*", rest):
        faults.append("编号规则里除占位符外只能用数字、字母和短横线，请去掉其他字符。")
    widths = [int(match.group(2) or 1) for match in PLACEHOLDER.finditer(pattern)]
    if any(not 1 <= width <= 12 for width in widths):
        faults.append("占位符的位数应在 1 到 12 之间，例如 {serial:5}。")
    elif len(pattern) > 120 or len(render(pattern, LONGEST, 10**9)) > MAX_LENGTH:
        faults.append(f"按这个规则得到的编号可能超过 {MAX_LENGTH} 个字符，请缩短。")
    if faults:
        raise Invalid(
            " ".join(faults),
            errors=[{"field": "pattern", "code": "pattern", "message": one} for one in faults],
        )


def check_digit(text: str) -> str:
    """ISO 7064 MOD 11-10 over the digits of ``text`` (other characters do not count)."""
    product = 10
    for char in text:
        if char.isdigit():
            total = (int(char) + product) % 10 or 10
            product = total * 2 % 11
    return str((11 - product) % 10)


def _fill(pattern: str, values: Mapping[str, str | int], given: Mapping[str, str]) -> str:
    """Replace placeholders: those in ``given`` by the text there, the others by their value in its width."""

    def one(match: re.Match[str]) -> str:
        name, width = match.group(1), int(match.group(2) or 0)
        if name in given:
            return given[name].zfill(width) if given[name] else ""
        text = str(values[name])
        return text.zfill(width)[-width:] if width else text

    return PLACEHOLDER.sub(one, pattern)


def render(pattern: str, values: Mapping[str, str | int], serial: int) -> str:
    """The number for one serial. Values are padded with zeros to their width, longer ones keep their last digits
    ({year:2} of 2026 is 26); a serial is never cut."""
    body = _fill(pattern, values, {"serial": str(serial), "check": ""})
    return body + (check_digit(body) if "{check" in pattern else "")


def prefix(pattern: str, values: Mapping[str, str | int]) -> str:
    """What serials are counted under: the number with serial and check digit left out."""
    return _fill(pattern, values, {"serial": "#", "check": ""})
