"""Pure scorer of SEM: how the account is built, and what it would bring in the frozen world.

The way there earns more than half of the points, the simulated result the rest: result alone would let one
good creative hide an unlawful one, and way alone would pay for an account that wins no customer. Whatever
is right merely because nothing was done counts only once the account has an advertisement that can run.
"""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise
from typing import Any

from itembank.practical.base import CriterionScore
from itembank.practical.points import percent, said, scored
from itembank.practical.sem.account import Account, read_account
from itembank.practical.sem.anchors import (
    PASS_SHARE,
    REFERENCE_SHARE,
    millionths,
    outcome_line,
    outcome_share,
)
from itembank.practical.sem.case import Case
from itembank.practical.sem.engine import MILLION, World, interpolate
from itembank.practical.text import as_dict, fold, shown

LEAST_CAMPAIGNS, LEAST_GROUPS, LEAST_PURITY = 2, 3, Fraction(8, 10)
LEAST_CREATIVES = 2
NOTHING_RUNS = "账户里没有可以投放的单元（要有关键词、出价、落地页和创意），没有得分。"
REACHES_NOBODY = "关键词没有触达任何目标顾客，没有得分。"
ZERO, ONE = Fraction(0), Fraction(1)

Result = tuple[
    Fraction, str, str
]  # share of the points, the sentence for the candidate, how the share came about


def score(content: Any, key: Any, world: Any, submission: Any, measured: Any) -> list[CriterionScore]:
    """Scores in the order of the key. `measured` is not used by this kind.

    A world that is missing or not the one of the task is a fault of the platform, never of the candidate:
    it raises ValueError instead of giving a wrong mark.
    """
    if as_dict(world).get("sha256") != key["world_sha256"]:
        raise ValueError("the world given to the scorer is not the world of this task")
    case = Case(content, World(world), read_account(submission, content, key["law"]))
    results = []
    for criterion in key["criteria"]:
        judge = CRITERIA[criterion["kind"]]
        share, evidence, working = judge(criterion, case) if case.alive else (ZERO, NOTHING_RUNS, "")
        results.append(scored(criterion, share, evidence, working))
    return results


def _passed(faults: list[str | None]) -> Result:
    """Share of checks without a fault."""
    wrong = [fault for fault in faults if fault]
    evidence = f"{len(faults)} 项检查中 {len(faults) - len(wrong)} 项符合要求"
    evidence += f"。不符合的有：{'；'.join(wrong)}。" if wrong else "。"
    passed = len(faults) - len(wrong)
    return Fraction(passed, len(faults)), evidence, f"{passed} ÷ {len(faults)}"


def _yuan(value: Fraction) -> str:
    return f"{float(value) / 10_000:.2f} 元"


def _ratio(part: int, whole: int) -> Fraction:
    return Fraction(part, whole) if whole else ZERO


def _ramp(value: Fraction, points: list[int]) -> Fraction:
    low, high = points
    return interpolate(value, [(Fraction(low, 100), ZERO), (Fraction(high, 100), ONE)])


# ---- how the account is built ----------------------------------------------------------------------
def _structure(criterion: dict[str, Any], case: Case) -> Result:
    account = case.account
    if not case.reached:
        return ZERO, REACHES_NOBODY, ""
    names = [campaign.name for campaign in account.campaigns]
    used = {number for number, group in account.groups() if group.runs}
    return _passed(
        [
            f"超出平台限额（{'；'.join(account.over)}）" if account.over else None,
            None
            if len(used) >= LEAST_CAMPAIGNS
            else f"能投放的计划有 {len(used)} 个，不同类型的词应当分到至少 {LEAST_CAMPAIGNS} 个计划",
            _mixed(case),
            None if all(names) and len(set(names)) == len(names) else "有的计划没有名称或名称重复",
        ]
    )


def _mixed(case: Case) -> str | None:
    """A unit should bring customers of one theme, so that its page and creatives can suit them."""
    themes: dict[tuple[int, int], dict[str, int]] = {}
    for query, ad in case.running.items():
        if case.world.kind(query) == "target":
            facts = case.world.queries[query]
            found = themes.setdefault((ad.campaign, ad.group), {})
            found[facts["theme"]] = found.get(facts["theme"], 0) + facts["volume"]
    for (campaign, group), volumes in themes.items():
        purity = _ratio(max(volumes.values()), sum(volumes.values()))
        if purity < LEAST_PURITY:
            name = shown(case.account.campaigns[campaign].groups[group].name) or "未命名"
            return f"单元“{name}”混了不同主题的词，最多的一类只占搜索量的 {percent(purity)}"
    if len(themes) < LEAST_GROUPS:
        return f"能带来目标顾客的单元有 {len(themes)} 个，应当按主题分成至少 {LEAST_GROUPS} 个"
    return None


def _coverage(criterion: dict[str, Any], case: Case) -> Result:
    recall = _ratio(case.reached, case.wanted)
    precision = _ratio(case.reached, case.volume(case.running))
    evidence = (
        f"关键词触达了目标顾客日搜索量的 {percent(recall)}（{_scale(criterion['recall'])}）；"
        f"在触达的全部搜索量里，目标顾客占 {percent(precision)}（{_scale(criterion['precision'])}）。"
    )
    wide, exact = _ramp(recall, criterion["recall"]), _ramp(precision, criterion["precision"])
    return wide * exact, evidence, f"{percent(wide)} × {percent(exact)}"


def _scale(points: list[int]) -> str:
    return f"{points[0]}% 起计，{points[1]}% 为满分"


def _negatives(criterion: dict[str, Any], case: Case) -> Result:
    """How much unwanted traffic the negatives keep away, and whether they cost customers.

    Measured against at least `exposure` percent of all unwanted traffic: whoever meets none of it by
    reaching next to nobody has not shown how to use negatives.
    """
    if not any(c.negatives or any(g.negatives for g in c.groups) for c in case.account.campaigns):
        return ZERO, "没有设置否定关键词，没有得分。", ""
    everything = case.volume(range(len(case.world.queries)), "junk")
    met, left = case.volume(case.unfiltered, "junk"), case.volume(case.running, "junk")
    lost = _ratio(case.volume(case.unfiltered, "target") - case.reached, case.wanted)
    if lost > Fraction(criterion["lost"], 100):
        return ZERO, f"否定关键词挡掉了 {percent(lost)} 的目标顾客搜索量，误伤过多，没有得分。", ""
    evidence = (
        f"不设否定词时每天会触达 {met} 次无购买意图的搜索，否定词挡掉了 {met - left} 次，"
        f"误伤目标顾客 {percent(lost)}。"
    )
    least = Fraction(everything * criterion["exposure"], 100)
    if met < least:
        evidence += f"关键词本来就很少遇到这类搜索，按全部无购买意图搜索的 {criterion['exposure']}% 计算。"
    counted = max(Fraction(met), least, ONE)
    return (met - left) / counted, evidence, f"{met - left} ÷ {said(counted)}"


def _bids(criterion: dict[str, Any], case: Case) -> Result:
    account, limit = case.account, case.content["limits"]["bid"]
    if not case.reached:
        return ZERO, REACHES_NOBODY, ""
    groups = [group for _, group in account.groups() if group.runs]
    bids = {word.bid for group in groups for word in group.keywords if word.bid}
    above = [bid for bid in bids if bid > round(limit * 100)]
    spent = _ratio_of_budget(case)
    return _passed(
        [
            _budget_fault(account),
            None if len(bids) >= 2 else "所有关键词出价相同，没有按价值和竞争区分",
            f"出价 {max(above) / 100:.2f} 元超过上限 {limit:g} 元" if above else None,
            None
            if spent * 100 >= criterion["spend"]
            else f"预计消费只占日预算的 {percent(spent)}，应当不低于 {criterion['spend']}%",
        ]
    )


def _budget_fault(account: Account) -> str | None:
    allowed, budgets = account.allowed, [campaign.budget for campaign in account.campaigns]
    if account.budget is None:
        return "没有填写账户日预算"
    if account.budget > allowed:
        return f"账户日预算 {account.budget / 100:g} 元超过了 {allowed / 100:g} 元"
    if None in budgets:
        return "有的计划没有填写日预算"
    if max(filter(None, budgets), default=0) > allowed:
        return f"有的计划日预算超过了账户日预算 {allowed / 100:g} 元"
    total = sum(filter(None, budgets))
    if total < allowed:
        return f"各计划日预算合计 {total / 100:g} 元，不足账户日预算 {allowed / 100:g} 元"
    return None


def _ratio_of_budget(case: Case) -> Fraction:
    return case.flow.cost / (case.account.allowed * 100) if case.account.allowed else ZERO


def _creatives(criterion: dict[str, Any], case: Case) -> Result:
    groups = [group for _, group in case.account.groups()]
    written = [creative for group in groups for creative in group.creatives]
    unlawful = next((c.violation for c in written if c.violation), None)
    if unlawful:
        return ZERO, f"创意里出现“{shown(unlawful.term)}”，违反{unlawful.why}，这一部分不得分。", ""
    limits = case.content["limits"]
    (title_least, title_most), (desc_least, desc_most) = limits["title"], limits["desc"]
    few = sum(len({(fold(c.title), fold(c.desc)) for c in g.creatives}) < LEAST_CREATIVES for g in groups)
    unfit = sum(not (c.title_fits and c.desc_fits) for c in written)
    plain = sum(not c.has_wildcard for c in written)
    points, calls = case.content["selling_points"], case.content["calls"]
    flat = sum(not (_holds(c.text, points) and _holds(c.text, calls)) for c in written)
    return _passed(
        [
            f"有 {few} 个单元不足 {LEAST_CREATIVES} 条不同的创意" if few else None,
            f"有 {unfit} 条创意的字数不合要求（标题 {title_least}～{title_most} 字，"
            f"描述 {desc_least}～{desc_most} 字）"
            if unfit
            else None,
            f"有 {plain} 条创意的标题没有使用通配符" if plain else None,
            f"有 {flat} 条创意没有同时写出卖点和号召用语" if flat else None,
            None,  # lawful: the others count beside it, an unlawful creative has left above
        ]
    )


def _holds(text: str, words: list[str]) -> bool:
    return any(fold(word) in text for word in words)


# ---- what it would bring ---------------------------------------------------------------------------
def _outcome(criterion: dict[str, Any], case: Case) -> Result:
    flow, frozen, unit = case.flow, criterion["anchors"], case.content["conversion"]
    evidence = f"模拟投放每天预计 {float(flow.clicks):.0f} 次点击、消费 {_yuan(flow.cost)}，"
    evidence += f"得到 {float(flow.conversions):.2f} 个{unit}"
    if flow.clicks and flow.conversions and flow.cost:
        evidence += f"，平均点击价格 {_yuan(flow.cost / flow.clicks)}，"
        evidence += f"每个{unit}成本 {_yuan(flow.cost / flow.conversions)}，"
        evidence += f"投入产出比 {float(flow.value / flow.cost) * 10_000:.2f}"
    line = outcome_line(frozen)
    start, passing, reference, top = (_whole(at) for at, _ in line)
    evidence += (
        f"。对照：得分起点 {start} 个，合格线 {passing} 个（{percent(PASS_SHARE)}），"
        f"参考方案 {reference} 个（{percent(REFERENCE_SHARE)}），满分 {top} 个；"
        f"理论上限 {_whole(Fraction(frozen['bound']))} 个。"
    )
    return outcome_share(flow.conversions, frozen), evidence, _between(millionths(flow.conversions), line)


def _between(value: int, line: list[tuple[Fraction, Fraction]]) -> str:
    """The way from one anchor to the next, with its numbers; nothing below the first."""
    for (low, share), (high, higher) in pairwise(line):
        if low < value <= high:
            way = f"({_whole(Fraction(value))} − {_whole(low)}) ÷ ({_whole(high)} − {_whole(low)})"
            return f"{percent(share)} + " * bool(share) + f"{way} × {percent(higher - share)}"
    return "达到满分线" if value > line[-1][0] else ""


def _whole(value: Fraction) -> str:
    """Millionths as a number with two decimals."""
    return f"{float(value) / MILLION:.2f}"


def _efficiency(criterion: dict[str, Any], case: Case) -> Result:
    """Half for quality, half for the price of a click, and only as far as customers come: a cheap click on
    a word nobody searches is no achievement."""
    flow = case.flow
    if not flow.clicks or not flow.impressions:
        return ZERO, "模拟投放没有得到点击，没有得分。", ""
    quality, price = flow.quality / flow.impressions, flow.cost / flow.clicks
    (poor, good), (dear, cheap) = criterion["quality"], criterion["price"]
    better = interpolate(quality, [(Fraction(poor), ZERO), (Fraction(good), ONE)])
    cheaper = interpolate(price, [(Fraction(cheap), ONE), (Fraction(dear), ZERO)])
    reached = min(ONE, Fraction(millionths(flow.conversions), criterion["pass"]))
    unit = case.content["conversion"]
    evidence = (
        f"平均质量分 {float(quality) / MILLION:.2f}（起点 {poor / MILLION:.2f}，参考 {good / MILLION:.2f}）；"
        f"平均点击价格 {_yuan(price)}（起点 {_yuan(Fraction(dear))}，参考 {_yuan(Fraction(cheap))}）"
    )
    if reached < 1:
        evidence += f"；{unit}数只有合格线的 {percent(reached)}，得分按这个比例计算"
    working = f"({percent(better)} + {percent(cheaper)}) ÷ 2" + (
        f" × {percent(reached)}" if reached < 1 else ""
    )
    return (better + cheaper) / 2 * reached, evidence + "。", working


CRITERIA: dict[str, Callable[[dict[str, Any], Case], Result]] = {
    "structure": _structure,
    "coverage": _coverage,
    "negatives": _negatives,
    "bids": _bids,
    "creatives": _creatives,
    "outcome": _outcome,
    "efficiency": _efficiency,
}
