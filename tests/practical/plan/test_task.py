"""What the author's desk and the save of PLAN refuse."""

import copy
from collections.abc import Callable
from typing import Any

import pytest

from itembank.practical.plan.authoring import check_task
from itembank.practical.plan.checks import CHECKS
from itembank.practical.plan.keys import KINDS, kind_of
from itembank.practical.plan.submission import validate_submission
from itembank.practical.tasks import PracticalTask
from tests.practical.samples import golden


def criterion(key: Any, name: str) -> Any:
    return next(one for one in key["criteria"] if one["id"] == name)


FAULTS: list[tuple[Callable[[Any, Any], Any], str]] = [
    (lambda c, k: k.pop("law"), "不符合格式要求"),
    (lambda c, k: k.update(law="1999-01-01"), "没有版本为 1999-01-01 的广告用语规则"),
    (lambda c, k: criterion(k, "P1")["checks"][0].update(check="guess"), "不符合格式要求"),
    (lambda c, k: criterion(k, "P1")["checks"][0].pop("tolerance"), "不符合格式要求"),
    (lambda c, k: criterion(k, "P1")["checks"][0].update(result="goal.sales"), "没有栏目 goal.sales"),
    (lambda c, k: criterion(k, "P2")["checks"][0].update(start="content"), "不是所需的类型"),
    (lambda c, k: criterion(k, "P2")["checks"][2].update(value="热身"), "“热身”不在“环节”的选项里"),
    (lambda c, k: criterion(k, "P3")["checks"][0]["values"].append("总裁"), "“总裁”不在“岗位”的选项里"),
    (lambda c, k: criterion(k, "P4")["checks"][3].update(least=0.9), "下限大于上限"),
    (lambda c, k: criterion(k, "P5")["gate"][0].update(table="nothing"), "没有栏目 nothing.task"),
    (lambda c, k: criterion(k, "P6")["checks"].pop(0), "只有扣分的核对"),
    (lambda c, k: criterion(k, "P3")["checks"][3].update(table="nobody"), "没有表 nobody"),
    (lambda c, k: c["sections"].append(copy.deepcopy(c["sections"][0])), "都叫 goal"),
    (lambda c, k: c["sections"][1]["columns"][0].pop("options"), "缺少 options"),
    (lambda c, k: c["sections"][2]["span"].update(start="kind"), "合计或示意图用到的栏目 kind"),
    (lambda c, k: c["sections"][4]["columns"][1].update({"from": "people.name"}), "people.name 不存在"),
    (lambda c, k: c["sections"][3]["below"][0].update(type="text"), "只能是数字"),
]


@pytest.mark.parametrize(("change", "words"), FAULTS)
def test_the_author_is_told_what_is_wrong(a1: PracticalTask, change: Any, words: str) -> None:
    content, key = copy.deepcopy(a1.content), copy.deepcopy(a1.key)
    change(content, key)
    assert any(words in problem.message for problem in check_task(content, key))


def test_sample_tasks_have_no_faults(task: PracticalTask) -> None:
    assert check_task(task.content, task.key) == []


@pytest.mark.parametrize("document", [None, [], 1, "x", {}, {"sections": 3}])
def test_no_task_at_all_is_told_too(document: Any) -> None:
    assert check_task(document, document)


def test_every_check_declares_parameters_that_keys_can_hold() -> None:
    for check in CHECKS.values():
        assert all(kind_of(param) in KINDS for param in check.params.values())
        assert not {"check", "weight", "law"} & check.params.keys()


def test_every_check_is_used_by_a_sample(a1: PracticalTask, m5: PracticalTask) -> None:
    used = {one["check"] for t in (a1, m5) for c in t.key["criteria"] for one in c["checks"]}
    assert used == CHECKS.keys()


# ---- saving -----------------------------------------------------------------------------------------
def test_goldens_can_be_saved(task: PracticalTask) -> None:
    for one in task.goldens:
        assert validate_submission(task.content, one["submission"]) == []


def test_what_is_still_being_typed_can_be_saved(a1: PracticalTask) -> None:
    early = {
        "goal": {"uv": "2万"},
        "segments": [{}, {"start": "19："}],
        "budget_total": "",
        "prep": [{"deadline": "2024-06-12"}],
    }
    assert validate_submission(a1.content, early) == []


REFUSED: list[tuple[Any, str]] = [
    ({"nothing": 1}, "没有的栏目"),
    ({"segments": [{"colour": "x"}]}, "“直播流程”里有本题没有的栏目"),
    ({"segments": [{"kind": "热身"}]}, "“直播流程·环节”选的不是本题的选项"),
    ({"segments": [{"owners": ["林晚", "林晚"]}]}, "“直播流程·负责人”里同一项选了两次"),
    ({"segments": [{"content": "长" * 501}]}, "“直播流程·内容要点”有一处文字过长"),
    ({"segments": [{}] * 31}, "“直播流程”的条目过多"),
    ({"segments": {"start": "19:30"}}, "“直播流程”的内容格式不对"),
    ({"goal": {"uv": 10**13}}, "数字过大"),
    ({"goal": {"uv": float("nan")}}, "不是数字"),
    ({"budget_total": [1]}, "“预算合计”的内容格式不对"),
    ({"goal": {"uv": [[[[[[[1]]]]]]]}}, "层次过深"),
    ({"goal": {"uv": "x" * 200_000}}, "超过 128 KB"),
    ([], "“作答内容”的内容格式不对"),
]


@pytest.mark.parametrize(("submission", "words"), REFUSED)
def test_what_the_workbench_cannot_produce_is_refused(a1: PracticalTask, submission: Any, words: str) -> None:
    assert any(words in problem.message for problem in validate_submission(a1.content, submission))


def test_the_key_gives_nothing_to_the_browser(task: PracticalTask) -> None:
    assert "rubric" not in str(task.content)
    assert str(golden(task, "model")) not in str(task.content)
