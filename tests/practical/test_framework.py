"""The contract of all kinds: rounding, the registry, the publish gate and the advertising rules."""

import dataclasses
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from bench.advertising import precision_and_recall, sentences, told
from itembank.practical import CriterionScore, advertising, kind, kind_names, quarter, total
from itembank.practical.ablation import parts_removed
from itembank.practical.tasks import PracticalTask, gate_problems, read_task, task_files
from itembank.practical.text import mentions, shown
from tests.practical.samples import files_of, golden

TASKS = task_files("530053")


@pytest.mark.parametrize(
    ("points", "rounded"),
    [
        (Fraction(1, 3), "0.25"),
        (Fraction(1, 8), "0.25"),  # a tie goes up
        (Fraction(3, 8), "0.5"),
        (Fraction(5, 6), "0.75"),
        (Decimal("2.124"), "2"),
        (Decimal("2.125"), "2.25"),
        (4, "4"),
    ],
)
def test_quarter_points_round_half_up(points: Fraction | Decimal | int, rounded: str) -> None:
    assert quarter(points) == Decimal(rounded)


def test_registry_finds_each_folder_and_nothing_else() -> None:
    assert "console" in kind_names()
    assert "packs" not in kind_names()
    assert all(kind(name).name == name for name in kind_names())
    with pytest.raises(KeyError):
        kind("nothing")


def test_total_leaves_out_what_people_still_judge() -> None:
    done = CriterionScore("C1", "名称", ("1.1.1",), "auto", Decimal(3), Decimal("1.5"), "")
    open_ = dataclasses.replace(done, id="J1", mode="judge", score=None)
    assert total([done, open_]) == Decimal("1.5")
    assert open_.as_json()["score"] is None


@pytest.fixture
def e1() -> PracticalTask:
    return read_task(files_of("console")["e1"])


@pytest.mark.parametrize("path", TASKS, ids=[path.stem for path in TASKS])
def test_gate_passes_the_sample_tasks(path: Path) -> None:
    assert gate_problems(read_task(path)) == []


def test_gate_notices_a_criterion_that_pays_whatever_is_missing(e1: PracticalTask) -> None:
    """A criterion on what any answer has (here: nothing unlawful in a field nobody fills) examines nothing."""
    free = e1.kind.score

    def generous(*given: Any) -> list[CriterionScore]:
        first, *others = free(*given)
        return [dataclasses.replace(first, score=first.max if given[3] else Decimal(0)), *others]

    task = dataclasses.replace(e1, key={**e1.key})
    assert gate_problems(task) == []
    object.__setattr__(task.kind, "score", generous)
    try:
        found = gate_problems(task)
    finally:
        object.__setattr__(task.kind, "score", free)
    assert [(one.code, "C1" in one.message) for one in found if one.code == "ablation"] == [
        ("ablation", True)
    ]


@pytest.mark.parametrize("path", TASKS, ids=[path.stem for path in TASKS])
def test_what_people_judge_is_declared_where_raters_find_it(path: Path) -> None:
    """``key["judged"]`` is what the rater's page shows; the scorer must leave exactly those criteria open."""
    task = read_task(path)
    declared = [
        (row["id"], row["name"], tuple(row["codes"]), Decimal(str(row["max"])))
        for row in task.key.get("judged", [])
    ]
    scored = task.kind.score(task.content, task.key, task.world, golden(task, "model"), None)
    assert [(one.id, one.name, one.codes, one.max) for one in scored if one.mode == "judge"] == declared
    assert all(one.score is None for one in scored if one.mode == "judge")
    blank = task.kind.score(task.content, task.key, task.world, {}, None)
    assert all("评为 0 级" in one.evidence for one in blank if one.mode == "judge")
    assert all(len(row["rubric"]) == 4 for row in task.key.get("judged", []))


def test_gate_notices_a_wrong_golden_sum_and_key(e1: PracticalTask) -> None:
    goldens = tuple({**g, "total": g["total"] + 1} for g in e1.goldens)
    assert any(p.code == "total" for p in gate_problems(dataclasses.replace(e1, goldens=goldens)))
    assert any(p.code == "sum" for p in gate_problems(dataclasses.replace(e1, max_score=Decimal(20))))
    assert any(p.code == "codes" for p in gate_problems(dataclasses.replace(e1, requirements=("1.1.2",))))
    assert any(p.code == "shape" for p in gate_problems(dataclasses.replace(e1, key={"fields": []})))


@pytest.mark.parametrize(
    ("text", "outcomes"),
    [
        ("杭州最好的茶社", ["violation"]),
        ("杭州最·好的茶社", ["violation"]),
        ("喝茶可以降血压", ["violation"]),
        ("全网最低价", ["violation", "violation"]),
        ("稳赚不赔的加盟", ["violation"]),
        ("最佳冲泡水温85度", ["exempt"]),
        ("国家级非遗竹编技艺", ["exempt"]),
        ("喝茶不能降血压", ["exempt"]),
        ("力争做到最好", ["exempt"]),
        ("口感极致顺滑", ["suspect"]),
        ("第一次到店请先预约", []),
        ("最后一步是复核", []),
    ],
)
def test_advertising_rules(text: str, outcomes: list[str]) -> None:
    assert [f.outcome for f in advertising.check(text)] == outcomes


def test_advertising_pack_must_exist() -> None:
    with pytest.raises(KeyError):
        advertising.pack("../2023-05-01")


def test_a_number_is_not_found_inside_a_longer_one() -> None:
    assert mentions("每日９：００开门", "9:00")
    assert not mentions("每日19:00打烊", "9:00")
    assert not mentions("anything", "")


def test_evidence_quotes_cannot_break_storage_or_pages() -> None:
    assert shown("a\x00b\ud800c\u200b") == "abc"
    assert shown("长" * 100).endswith("…")


def test_parts_are_keys_and_columns() -> None:
    answer = {"name": "a", "rows": [{"x": 1, "y": [{"z": 2}]}, {"x": 3}]}
    assert dict(parts_removed(answer)) == {
        "name": {"rows": [{"x": 1, "y": [{"z": 2}]}, {"x": 3}]},
        "rows": {"name": "a"},
        "rows.*.x": {"name": "a", "rows": [{"y": [{"z": 2}]}, {}]},
        "rows.*.y": {"name": "a", "rows": [{"x": 1}, {"x": 3}]},
        "rows.*.y.*.z": {"name": "a", "rows": [{"x": 1, "y": [{}]}, {"x": 3}]},
    }


def test_the_labelled_sentences_are_told_apart() -> None:
    """Figures and misses: ``python -m bench.advertising``. A rule that lets a violation through is not published."""
    rows = sentences()
    assert len(rows) >= 60
    precision, recall = precision_and_recall(rows, {"violation"}, lambda one: told(one) == "violation")
    assert recall == 1
    assert precision > 0.95
