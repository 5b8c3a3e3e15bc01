"""What every sample task must hold, whatever its kind."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from itembank.practical.tasks import PracticalTask, read_task, task_files
from tests.practical.properties import FORMS, unchanged_by
from tests.practical.samples import golden
from tests.practical.scoring import run

TASKS = task_files("530053")
PROGRAM = """import json, sys
from itembank.practical.tasks import read_task, task_files
out = []
for path in task_files("530053"):
    task = read_task(path)
    answers = [one["submission"] for one in task.goldens]
    answers += [one.submission for one in task.kind.attacks(task.content, task.key, answers[0])]
    for one in answers:
        out.append([r.as_json() for r in task.kind.score(task.content, task.key, task.world, one, None)])
sys.stdout.write(json.dumps(out, ensure_ascii=False))
"""


@pytest.fixture(params=TASKS, ids=[path.stem for path in TASKS])
def task(request: pytest.FixtureRequest) -> PracticalTask:
    """Every sample task in turn."""
    path: Path = request.param
    return read_task(path)


@pytest.mark.parametrize("form", FORMS)
def test_form_without_meaning_changes_nothing(task: PracticalTask, form: str) -> None:
    unchanged_by(task, FORMS[form])


def test_scoring_is_quick(task: PracticalTask) -> None:
    started = time.process_time()
    for _ in range(10):
        run(task, golden(task, "model"))
    assert (time.process_time() - started) / 10 < 0.1


def test_three_hash_seeds_give_the_same_bytes() -> None:
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(outputs) == 1
    assert len(outputs.pop()) > 100_000
