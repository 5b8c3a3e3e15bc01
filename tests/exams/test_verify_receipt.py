"""The offline verifier, run as a program: it proves what is true and finds every change, with no code of the platform."""

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
import rfc8785
from django.core.management import call_command
from hypothesis import given
from hypothesis import strategies as st

from audit.queries import trail
from exams.delivery import receipts, services
from tests import factories
from tools.verify_receipt import canonical

TOOL = Path(__file__).resolve().parents[2] / "tools" / "verify_receipt.py"


@pytest.fixture
def files(tmp_path, db, settings):
    """Receipt file, keys and events of an attempt with five answers, one of them changed once."""
    settings.RECEIPT_KEY_DIR = tmp_path / "receipt-keys"
    attempt = factories.attempt(factories.session(items=5))
    events = [factories.event(f"T0{number}", ["a"]) for number in range(1, 6)]
    services.submit(
        attempt_id=attempt.pk,
        raw_events=[*events, factories.event("T02", ["b"], rev=2)],
        device=attempt.device,
        by=attempt.registration.candidate.user,
    )
    attempt.refresh_from_db()
    receipt = attempt.receipts.get()
    kept = {
        "receipt": json.loads(receipt.body),
        "signature": receipt.signature,
        "responses": receipts.final_responses(attempt),
    }
    out = io.StringIO()
    call_command("export_events", str(attempt.uuid), stdout=out)
    (tmp_path / "receipt.json").write_text(json.dumps(kept), encoding="utf-8")
    (tmp_path / "keys.json").write_text(json.dumps(receipts.public_keys()), encoding="utf-8")
    (tmp_path / "events.jsonl").write_text(out.getvalue(), encoding="utf-8")
    return tmp_path


def run(folder, *arguments: str) -> tuple[int, str]:
    # -I: neither the checkout nor the environment can lend it code of the platform.
    done = subprocess.run(
        [sys.executable, "-I", TOOL, *arguments], cwd=folder, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


ALL = ("receipt.json", "--keys", "keys.json", "--events", "events.jsonl")


def test_an_honest_receipt_is_proven(files):
    status, said = run(files, *ALL)
    assert status == 0, said
    assert "签名成立" in said
    assert "5 道题的最终作答与回执一致" in said
    assert "作答记录逐条相连" in said


def test_after_a_change_of_keys_old_and_new_receipts_are_proven(files):
    old = json.loads((files / "receipt.json").read_text())["receipt"]["kid"]
    call_command("rotate_receipt_key", stdout=io.StringIO())
    attempt = factories.hand_in(factories.attempt())
    new = json.loads(attempt.receipts.get().body)["kid"]
    published = [key["kid"] for key in receipts.public_keys()["keys"]]
    assert old != new
    assert {old, new} <= set(published)
    (files / "keys.json").write_text(json.dumps(receipts.public_keys()), encoding="utf-8")
    assert run(files, *ALL)[0] == 0
    assert receipts.verifies(attempt.receipts.get())
    assert trail("receipt-keys").filter(action="key.rotate").exists()


@pytest.mark.parametrize("slot", ["T01", "T02", "T05"])
def test_one_response_is_proven_without_the_others(files, slot):
    status, proof = run(files, "receipt.json", "--prove", slot)
    assert status == 0
    assert [name for name in ("T01", "T02", "T03", "T04", "T05") if f'"{name}"' in proof] == [slot]
    (files / "proof.json").write_text(proof, encoding="utf-8")
    status, said = run(files, "proof.json", "--keys", "keys.json")
    assert (status, f"题位 {slot} 的最终作答与回执一致" in said) == (0, True)
    forged = json.loads(proof)
    forged["proof"]["response"]["response"] = {"choices": ["c"]}
    (files / "proof.json").write_text(json.dumps(forged), encoding="utf-8")
    assert run(files, "proof.json", "--keys", "keys.json")[0] == 1


def change(files, name, act):
    path = files / name
    if name.endswith("jsonl"):
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        act(rows)
        path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    else:
        kept = json.loads(path.read_text(encoding="utf-8"))
        act(kept)
        path.write_text(json.dumps(kept), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "act", "words"),
    [
        ("receipt.json", lambda kept: kept["receipt"].update(events=5), "签名不成立"),
        ("receipt.json", lambda kept: kept.update(signature=kept["signature"][:-4] + "AAAA"), "签名不成立"),
        (
            "receipt.json",
            lambda kept: kept["responses"][0]["response"].update(choices=["b"]),
            "作答与回执不符",
        ),
        ("receipt.json", lambda kept: kept["responses"].pop(), "作答与回执不符"),
        ("receipt.json", lambda kept: kept["responses"].reverse(), "作答与回执不符"),
        ("keys.json", lambda kept: kept["keys"].clear(), "没有回执所用的密钥"),
        ("events.jsonl", lambda rows: rows[2].update(rev=7), "第 3 条被改动过"),
        ("events.jsonl", lambda rows: rows.pop(), "接不上"),
        ("events.jsonl", lambda rows: rows.pop(1), "第 2 条缺失"),
        ("receipt.json", lambda kept: kept.pop("receipt"), "缺少内容"),
    ],
)
def test_every_change_is_found(files, name, act, words):
    change(files, name, act)
    status, said = run(files, *ALL)
    assert status == 1
    assert words in said


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**53) + 1, 2**53 - 1)
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: (
            st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner)
        ),
    )
)
def test_its_canonical_json_is_that_of_the_standard(value):
    assert canonical(value).encode() == rfc8785.dumps(value)
