"""Evidence ends with a calculation that comes out."""

import ast
import operator
import re
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from itembank.practical.points import counted, percent, said, scored
from itembank.practical.tasks import read_task, task_files
from tests.practical.samples import golden

CRITERION = {"id": "C1", "name": "名称", "codes": ["1.1.1"], "max": 2.5}
TASKS = task_files("530053")
CALCULATION = re.compile(
    r"得分率：(?P<working>[^：]+?)(?: [=≈] (?P<result>[\d.]+)%(?:，取整为 (?P<rounded>[\d.]+)%)?|，不到 0，按 0 计)。$"
)
SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


@pytest.mark.parametrize(
    ("share", "working", "told"),
    [
        (Fraction(4, 5), "4 ÷ 5", "得分率：4 ÷ 5 = 80%。"),
        (Fraction(2, 3), "4 ÷ 6", "得分率：4 ÷ 6 ≈ 66.7%，取整为 70%。"),  # 1.67 of 2.5 points become 1.75
        (Fraction(1), "2 ÷ 2", "得分率：2 ÷ 2 = 100%。"),
        (Fraction(-1, 3), "1 − 4 ÷ 3", "得分率：1 − 4 ÷ 3，不到 0，按 0 计。"),
        (Fraction(0), "", ""),
    ],
)
def test_a_score_says_how_it_came_about(share: Fraction, working: str, told: str) -> None:
    assert scored(CRITERION, share, "依据。", working).evidence == f"依据。{told}"


def test_numbers_in_evidence() -> None:
    assert [percent(Fraction(n, 1600)) for n in (100, 50, 1)] == ["6.3%", "3.1%", "0.1%"]  # halves up
    assert [said(Fraction(n)) for n in ("4", "4.50", "-0.25", "2.125")] == ["4", "4.5", "-0.25", "2.125"]
    assert said(Fraction(11, 3)) == "3.67"
    assert [counted(Fraction(n, 2)) for n in (0, 1, 2)] == ["", "（计 50%）", ""]


@pytest.mark.parametrize("path", TASKS, ids=[path.stem for path in TASKS])
def test_every_calculation_comes_out(path: Path) -> None:
    """For all sample answers and attacks: the sum gives the share, and the share of the maximum is the score."""
    task = read_task(path)
    answers = [one["submission"] for one in task.goldens]
    answers += [one.submission for one in task.kind.attacks(task.content, task.key, golden(task, "model"))]
    for answer in answers:
        for one in task.kind.score(task.content, task.key, task.world, answer, None):
            found = CALCULATION.search(one.evidence)
            if one.mode == "judge" or not found:
                assert not one.score, one.evidence
                continue
            value = worth(found["working"])
            if found["result"] is None:
                assert (one.score, value is not None and value < 0) == (0, True), one.evidence
                continue
            share = float(found["result"]) / 100
            # Numbers in the sum are rounded to two decimals, or to a tenth of a percent.
            assert value is None or value == pytest.approx(share, abs=0.01), one.evidence
            final = float(found["rounded"] or found["result"]) / 100
            assert float(one.score or 0) == pytest.approx(
                final * float(one.max), abs=0.0006 * float(one.max)
            ), one.evidence


def worth(working: str) -> float | None:
    """What a calculation gives; None where it is words alone."""
    plain = re.sub(r"([\d.]+)%", r"(\1/100)", re.sub(r"[\u4e00-\u9fff]", "", working))
    plain = plain.replace("÷", "/").replace("×", "*").replace("−", "-").strip()
    return number(ast.parse(plain, mode="eval").body) if plain else None


def number(node: Any) -> float:
    if isinstance(node, ast.BinOp):
        return float(SIGNS[type(node.op)](number(node.left), number(node.right)))
    assert isinstance(node, ast.Constant)
    return float(node.value)
