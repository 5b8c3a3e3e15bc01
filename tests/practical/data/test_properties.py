"""What holds for every submission to DATA, whatever was handed in."""

import copy
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from itembank.practical import total
from itembank.practical.data.fields import choice_fields
from itembank.practical.tasks import PracticalTask, read_task
from tests.practical.data.conftest import FILES
from tests.practical.properties import JSON, each_text, nested, survives, unchanged_by
from tests.practical.samples import golden
from tests.practical.scoring import points, run

TASKS = [read_task(path) for path in FILES.values()]
NAMES = sorted({name for task in TASKS for part in "nct" for name in golden(task, "model")[part]})

VALUES = JSON | st.sampled_from(
    [
        "2.81%",
        "4,405",
        "1e400",
        "9" * 60,
        10**500,
        -(2**200),
        1e300,
        5e-324,
        float("inf"),
        "B",
        ["4", "5"],
        [["4"]],
    ]
)
FIELDS = st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=6)
SHAPED = st.dictionaries(st.sampled_from(["n", "c", "t", "s"]), FIELDS | JSON, max_size=4)


@given(submission=JSON | SHAPED)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_json_is_scored_and_checked_without_an_exception(submission: Any) -> None:
    for task in TASKS:
        survives(task, submission)


@pytest.mark.parametrize(
    "value",
    [10**5000, -(10**5000), float("nan"), nested(20_000, "4405"), "9" * 100_000, "\ud800", "\x00"],
    ids=["huge", "minus huge", "nan", "deep", "long", "lone surrogate", "nul"],
)
def test_extreme_values_anywhere(value: Any) -> None:
    for task in TASKS:
        model = golden(task, "model")
        for part in "nct":
            for name in model[part]:
                for submission in (value, {part: value}, {part: {name: value}}, {part: {name: [value]}}):
                    assert all(r.score == 0 for r in run(task, submission) if r.score is not None)
                    task.kind.validate_submission(task.content, submission)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_more_of_the_model_never_earns_less(data: st.DataObject) -> None:
    task = data.draw(st.sampled_from(TASKS))
    model = golden(task, "model")
    some = {
        part: {name: value for name, value in model[part].items() if data.draw(st.booleans())}
        for part in "nct"
    }
    before, best = points(task, some), points(task, model)
    assert all(before[c] <= best[c] for c in best)
    grown = copy.deepcopy(some)
    part = data.draw(st.sampled_from("nct"))
    name = data.draw(st.sampled_from(sorted(model[part])))
    grown[part][name] = model[part][name]
    after = points(task, grown)
    assert all(after[c] >= before[c] for c in before)


@given(data=st.data())
@settings(max_examples=40, deadline=None)
def test_a_fault_never_raises_anything(data: st.DataObject) -> None:
    task = data.draw(st.sampled_from(TASKS))
    submission = copy.deepcopy(data.draw(st.sampled_from(list(task.goldens)))["submission"])
    before = points(task, submission)
    wrong = {item["id"]: item["want"] for one in task.key["choices"] for item in one["items"]}
    field = data.draw(st.sampled_from(choice_fields(task.content)))
    false = [o["value"] for o in field["options"] if o["value"] not in wrong[field["id"]]]
    ticked = submission.setdefault("c", {}).setdefault(field["id"], [])
    ticked.append(data.draw(st.sampled_from(false)))
    after = points(task, submission)
    assert all(after[c] <= before[c] for c in before)
    for name, text in submission.get("t", {}).items():
        submission["t"][name] = text + text  # says everything twice
    again = points(task, submission)
    long_enough = {one["id"] for one in task.key["texts"] if before[one["id"]] * 2 > one["max"]}
    assert all(again[c] <= after[c] for c in after if c in long_enough or not c.startswith("T"))


def test_a_wrong_number_never_earns_more_in_all(task: PracticalTask) -> None:
    best = total(run(task, golden(task, "model")))
    for name in golden(task, "model")["n"]:
        for typed in ("1", "0", "3500", "12.5", "x", ""):
            submission = golden(task, "model")
            submission["n"][name] = typed
            assert total(run(task, submission)) < best


WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def test_a_chinese_keyboard_changes_nothing(task: PracticalTask) -> None:
    unchanged_by(task, lambda s: each_text(s, lambda t: t.translate(WIDE)))


def test_scratch_sums_are_never_scored(task: PracticalTask) -> None:
    for one in task.goldens:
        sheet = task.content["sheets"][0]["title"]
        noted = {**one["submission"], "s": {sheet: {"Z2": "=1/0", "A90": "否定"}}}
        assert points(task, noted) == points(task, one["submission"])
