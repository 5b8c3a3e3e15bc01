"""试机: any machine is tried without signing in; its site's people see which machines need somebody."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.enums import OrganisationKind, Role
from exams.enums import Fitness
from exams.machines.judging import browser_of, judge, verdict
from exams.models import MachineCheck
from tests import factories

CHROME = "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36"
NEW = CHROME.format(120)
GOOD = {
    "secure": True, "crypto": True, "worker": True, "storage": True, "storage_mb": 2000, "screen": [1366, 768],
    "round_trips_ms": [12, 15, 11, 30, 12], "clock_off_ms": 800,
}  # fmt: skip
JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


def report(client, site, machine="A-07", measured=None, agent=NEW):
    body = {"site": site, "machine": machine, "measured": GOOD if measured is None else measured}
    return client.post(
        "/check/report/", json.dumps(body), content_type="application/json", headers={"User-Agent": agent}
    )


def found(measured, agent=NEW):
    return {one.name: one for one in judge(measured, agent)}


def test_a_good_machine_is_fit_in_every_point():
    findings = judge(GOOD, CHROME.format(109))
    assert {one.fitness for one in findings} == {Fitness.FIT}
    assert verdict(findings) == Fitness.FIT


@pytest.mark.parametrize(
    ("name", "changed", "fitness"),
    [
        ("secure", {"secure": False}, Fitness.UNFIT),
        ("crypto", {"crypto": None}, Fitness.UNFIT),
        ("worker", {"worker": "yes"}, Fitness.UNFIT),
        ("storage", {"storage": False}, Fitness.UNFIT),
        ("storage", {"storage_mb": 3}, Fitness.ATTENTION),
        ("screen", {"screen": [1024, 600]}, Fitness.ATTENTION),
        ("network", {"round_trips_ms": []}, Fitness.UNFIT),
        ("network", {"round_trips_ms": [900, 901, 902]}, Fitness.ATTENTION),
        ("network", {"round_trips_ms": [20, 20, 4000]}, Fitness.ATTENTION),
        ("network", {"round_trips_ms": [3500, 3500, 3500]}, Fitness.UNFIT),
        ("clock", {"clock_off_ms": -3_600_000}, Fitness.ATTENTION),
    ],
)
def test_each_fault_is_named_and_the_worst_decides(name, changed, fitness):
    findings = judge({**GOOD, **changed}, CHROME.format(120))
    assert [(one.name, one.fitness) for one in findings if one.fitness != Fitness.FIT] == [(name, fitness)]
    assert verdict(findings) == fitness


@pytest.mark.parametrize(
    ("agent", "expected"),
    [
        (CHROME.format(109), ("Chrome", 109)),
        (CHROME.format(110) + " Edg/110.0.1587.41", ("Edge", 110)),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:115.0) Gecko/20100101 Firefox/115.0", ("Firefox", 115)),
        ("Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", ("Safari", 17)),
        ("curl/8.0", ("", 0)),
    ],
)  # fmt: skip
def test_browsers_are_known_by_name_and_version(agent, expected):
    assert browser_of(agent) == expected


def test_a_browser_too_old_is_unfit_and_an_unknown_one_wants_attention():
    assert found(GOOD, CHROME.format(108))["browser"].fitness == Fitness.UNFIT
    assert found(GOOD, "curl/8.0")["browser"].fitness == Fitness.ATTENTION


@given(measured=st.dictionaries(st.sampled_from(sorted(GOOD)), JSON), agent=st.text(max_size=30))
def test_any_json_is_judged_without_an_error(measured, agent):
    findings = judge(measured, agent)
    assert len(findings) == 8
    assert all(one.text for one in findings)


@pytest.mark.django_db
def test_a_try_is_kept_without_signing_in_and_the_newest_counts():
    site = factories.session().site
    client = factories.browser()
    answer = report(client, f" {site.code.lower()} ", " a-07 ", {**GOOD, "crypto": False})
    assert (answer.status_code, answer.json()["fitness"], answer.json()["machine"]) == (201, "unfit", "A-07")
    assert report(client, site.code).json()["label"] == "合格"
    assert list(MachineCheck.objects.order_by("pk").values_list("site", "machine", "fitness")) == [
        (site.pk, "A-07", "unfit"), (site.pk, "A-07", "fit"),
    ]  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("site", "machine", "status"),
    [("9Z9Z", "A1", 404), (None, "A1", 404), ({"a": 1}, "A1", 404), ("a\0b", "A1", 404), ("OURS", "", 422),
     ("OURS", "x" * 21, 422), ("OURS", 7, 422), ("OURS", "A\u202e1", 422)],
)  # fmt: skip
def test_a_wrong_site_or_number_is_said_in_one_sentence(site, machine, status):
    code = factories.session().site.code
    answer = report(factories.browser(), code if site == "OURS" else site, machine)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["detail"].endswith(("。", "”。"))
    assert not MachineCheck.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("raw", [b"", b"[]", b"{", b"[" * 100_000])
def test_garbage_is_refused_with_a_sentence(raw):
    answer = factories.browser().post("/check/report/", raw, content_type="application/json")
    assert answer.status_code == 422


@pytest.mark.django_db
def test_the_list_shows_what_needs_somebody_first():
    session = factories.session()
    client = factories.browser()
    report(client, session.site.code, "A-01")
    report(client, session.site.code, "A-03", {**GOOD, "secure": False})
    report(client, session.site.code, "A-02", {**GOOD, "clock_off_ms": 7_200_000})
    report(client, session.site.code, "A-04", {**GOOD, "secure": False})
    report(client, session.site.code, "A-04")
    page = factories.browser(factories.staff(session.organisation)).get("/machines/")
    assert [row["row"].machine for row in page.context["rows"]] == ["A-03", "A-02", "A-01", "A-04"]
    assert [tile[1] for tile in page.context["tiles"]] == [1, 1, 2]
    assert "不是 https 开头" in page.content.decode()


@pytest.mark.django_db
def test_the_list_costs_the_same_however_many_machines(django_assert_max_num_queries):
    session = factories.session()
    for number in range(30):
        report(factories.browser(), session.site.code, f"A-{number:02d}")
    client = factories.browser(factories.staff(session.organisation))
    with django_assert_max_num_queries(8):
        assert len(client.get("/machines/").context["rows"]) == 30


@pytest.mark.django_db
def test_who_sees_a_sites_machines():
    """The body that holds sessions there and the school that owns it do; strangers, authors and candidates do not."""
    session = factories.session()
    address = f"/machines/?site={session.site.code}"
    assert (
        factories.browser(factories.staff(session.organisation, Role.PROCTOR)).get(address).status_code == 200
    )
    assert factories.browser(factories.staff(session.site.organisation)).get(address).status_code == 200
    assert (
        factories.browser(factories.staff(session.organisation, Role.AUTHOR)).get(address).status_code == 403
    )
    stranger = factories.staff(factories.organisation(kind=OrganisationKind.SCHOOL))
    assert factories.browser(stranger).get(address).status_code == 404
    candidate = factories.registration(session).candidate.user
    assert factories.browser(candidate).get(address).status_code == 403
    assert factories.browser().get(address).status_code == 302
