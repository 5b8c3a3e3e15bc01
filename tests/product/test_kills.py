"""Killed processes lose nothing that was acknowledged and score nothing twice."""

import json
import os
import random
import signal
import threading
import uuid

import pytest

from tests.product.running import wait_for

pytestmark = pytest.mark.xdist_group("product")
KILLS = 20


def candidates(product, number, seed):
    return json.loads(product.manage("seed_demo", "--candidates", str(number), "--seed", seed, "--json"))[
        "candidates"
    ]


def sign_in(product, row):
    """(login token, attempts)"""
    login = product.call_until_answered(
        "POST", "/api/v1/auth/login/", {"ticket_number": row["ticket_number"], "id_number": row["id_number"]}
    )
    return login["token"], product.call_until_answered("GET", "/api/v1/me/attempts/", token=login["token"])


def kill_one(product, *words):
    """kill -9 a random process; False when none was there to kill."""
    pids = product.pids(*words)
    if not pids:
        return False
    try:
        os.kill(random.choice(pids), signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def test_twenty_kills_of_the_web_process_lose_no_acknowledged_answer(product):
    rows = candidates(product, 6, "webkill")
    journal, lock, stop, errors = {}, threading.Lock(), threading.Event(), []

    def sit(row):
        try:
            token, attempts = sign_in(product, row)
            attempt = attempts[0]["id"]
            path = f"/api/v1/attempts/{attempt}/"
            start = product.call_until_answered("POST", path + "start/", {}, token)
            items = [item for section in start["sections"] for item in section["items"]]
            rev = 0
            while not stop.is_set():
                rev += 1
                item = items[rev % len(items)]
                event = {
                    "key": str(uuid.uuid4()), "slot": item["slot"], "rev": rev,
                    "response": {"choices": [item["choices"][rev % len(item["choices"])]["id"]]},
                }  # fmt: skip
                answer = product.call_until_answered(
                    "POST", path + "responses/", {"events": [event]}, start["token"]
                )
                with lock:
                    journal[attempt, event["key"]] = (event, answer["acks"][0])
        except Exception as error:  # shown by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=sit, args=(row,)) for row in rows]
    for thread in threads:
        thread.start()
    killed = 0
    while killed < KILLS:
        before = len(journal)
        wait_for(lambda before=before: len(journal) > before + 10 or errors, 60, "candidates go on saving")
        killed += kill_one(product, "gunicorn")
    stop.set()
    for thread in threads:
        thread.join(70)
    assert errors == []
    stored = {}
    for attempt in {attempt for attempt, _ in journal}:
        for line in product.manage("export_events", attempt).splitlines():
            event = json.loads(line)
            assert (attempt, event["key"]) not in stored, "an event is stored twice"
            stored[attempt, event["key"]] = event
    lost = [key for key in journal if key not in stored]
    changed = [
        key
        for key, (event, ack) in journal.items()
        if key in stored and (stored[key]["response"], stored[key]["seq"]) != (event["response"], ack["seq"])
    ]
    print(
        f"acknowledged {len(journal)}, stored {len(stored)}, lost {len(lost)}, changed {len(changed)}, kills {killed}"
    )
    assert (lost, changed) == ([], [])


def test_twenty_kills_of_the_worker_score_every_hand_in_exactly_once(product):
    rows = candidates(product, 30, "workerkill")
    ids = []
    killed = 0
    for row in rows:
        token, attempts = sign_in(product, row)
        for attempt in attempts:
            path = f"/api/v1/attempts/{attempt['id']}/"
            product.call_until_answered("POST", path + "start/", {}, token)
            product.call_until_answered("POST", path + "submit/", {"events": []}, token)
            ids.append(attempt["id"])
        if killed < KILLS:
            wait_for(lambda: kill_one(product, "celery"), 30, "a worker to kill")
            killed += 1

    def states():
        script = (
            "import json; from grading.models import ScoringRun as R, ItemScore as S; from django.db.models import Count; "
            f"q = R.objects.filter(attempt__uuid__in={ids!r}); "
            "print(json.dumps({'runs': q.count(), 'done': q.filter(state='done').count(), "
            "'flagged': q.filter(state='flagged').count(), 'scores': S.objects.filter(run__in=q).count(), "
            "'twice': S.objects.filter(run__in=q).values('run__attempt', 'slot').annotate(n=Count('id')).filter(n__gt=1).count()}))"
        )
        return json.loads(product.manage("shell", "-v", "0", "-c", script).splitlines()[-1])

    wait_for(
        lambda: (now := states())["done"] + now["flagged"] == now["runs"] or None, 240, "every run to end"
    )
    end = states()
    print(f"hand-ins {len(ids)}, kills {killed}, {end}")
    # Theory: one run over 40 items; practical: two runs of one task each.
    assert end == {"runs": 90, "done": 90, "flagged": 0, "scores": 30 * 42, "twice": 0}


def test_integrity_holds_after_all_that(product):
    assert json.loads(product.manage("verify_integrity", "--json"))["ok"]
