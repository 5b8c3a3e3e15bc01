"""The read API of standards: who may read what, what it says, what it costs."""

import pytest
from django.test import Client
from rest_framework.test import APIClient

from accounts import tokens
from lib.clock import database_now
from standards import queries
from standards.errata import add_erratum, withdraw_erratum
from standards.models import Requirement, Standard
from standards.services import load_standard
from tests import factories

pytestmark = pytest.mark.django_db

LIST = "/api/v1/standards/"
ADDRESS = f"{LIST}530053/2.0/"
FLAT = f"{ADDRESS}levels/3/requirements/"


def load(data):
    load_standard(data=data, filename="s.txt", by="测试", at=database_now())
    return Standard.objects.latest("pk")


@pytest.fixture
def standard(seed):
    return load(seed)


@pytest.fixture
def anonymous():
    return APIClient()


@pytest.fixture
def staff():
    client = APIClient()
    client.force_login(factories.staff(factories.organisation()))
    return client


def note(standard):
    return add_erratum(
        standard=standard, cite_code="requirement:高级:2.4.4", place_text="和 related 数据", printed="related",
        corrected="相关", note="", by=factories.staff(factories.organisation()), at=database_now(),
    )  # fmt: skip


def test_staff_see_every_version_and_others_the_public_ones(standard, changed, anonymous, staff):
    load(changed(("2.0 版", "10.0 版")))
    rows = staff.get(LIST).json()
    assert [(row["version"], row["newest"], row["is_public"]) for row in rows] == [
        ("10.0", True, False),
        ("2.0", False, False),
    ]
    assert rows[0]["counts"] == {"levels": 3, "areas": 13, "tasks": 41, "requirements": 172}
    assert anonymous.get(LIST).json() == []
    Standard.objects.filter(pk=standard.pk).update(is_public=True)
    assert [(row["version"], row["newest"]) for row in anonymous.get(LIST).json()] == [("2.0", True)]
    assert staff.get(f"{LIST}530053/").json()["version"] == "10.0"
    assert anonymous.get(f"{LIST}530053/").json()["version"] == "2.0"


@pytest.mark.parametrize("address", [f"{LIST}530053/", ADDRESS, FLAT])
def test_what_is_not_public_is_as_unknown_as_what_is_not_there(standard, anonymous, address):
    candidate = APIClient()
    candidate.force_login(factories.candidate().user)
    for client in (anonymous, candidate):
        hidden, unknown = client.get(address), client.get(address.replace("530053", "999999"))
        assert hidden.status_code == unknown.status_code == 404
        assert hidden["Content-Type"] == "application/problem+json"
        assert hidden.json() == unknown.json()
        assert hidden.json()["code"] == "not_found"
    Standard.objects.update(is_public=True)
    assert candidate.get(address).status_code == anonymous.get(address).status_code == 200


def test_a_token_of_staff_reads_too(standard):
    user = factories.staff(factories.organisation())
    client = APIClient(HTTP_AUTHORIZATION=f"Bearer {tokens.issue(user)}")
    answer = client.get(ADDRESS)
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-cache"
    assert {"Authorization", "Cookie"} <= set(answer["Vary"].split(", "))


def test_the_whole_text_with_the_errata_beside_it(standard, staff):
    note(standard)
    body = staff.get(ADDRESS).json()
    assert body["rights_notice"] == standard.rights_notice
    texts = [
        (one["cite"], one["errata"])
        for level in body["levels"]
        for area in level["areas"]
        for task in area["tasks"]
        for one in task["requirements"]
    ]
    assert len(texts) == 172
    assert [(cite, errata[0]["corrected"]) for cite, errata in texts if errata] == [
        ("requirement:高级:2.4.4", "相关")
    ]
    assert "by" not in texts[-1]


@pytest.mark.parametrize(
    ("level", "inherited", "count"),
    [("1", "true", 42), ("2", "false", 61), ("2", "true", 103), ("3", "true", 172), ("高级", "", 69)],
)
def test_a_level_as_one_list(standard, staff, level, inherited, count):
    query = {"inherited": inherited} if inherited else {}
    rows = staff.get(f"{ADDRESS}levels/{level}/requirements/", query).json()
    assert len(rows) == count
    assert any(row["inherited"] for row in rows) == (inherited == "true" and level != "1")


def test_a_row_says_where_it_stands(standard, staff):
    note(standard)
    rows = staff.get(FLAT, {"inherited": "true"}).json()
    assert [row["level"] for row in rows] == ["初级"] * 42 + ["中级"] * 61 + ["高级"] * 69
    wrong = next(row for row in rows if row["errata"])
    printed = Requirement.objects.get(level__number=3, code="2.4.4")
    assert (wrong["cite"], wrong["text"]) == ("requirement:高级:2.4.4", printed.text)
    assert wrong["area"] == {"number": 2, "name": printed.task.area.name}
    assert wrong["task"] == {"code": "2.4", "name": printed.task.name}


def test_covered_requirements_are_one_query_lowest_level_first_of_this_version_only(
    standard, changed, django_assert_num_queries
):
    load(changed(("2.0 版", "3.0 版")))
    level = standard.levels.get(number=2)
    with django_assert_num_queries(1):
        covered = [
            (one.level.number, one.ordinal, one.task.area.name) for one in queries.covered_requirements(level)
        ]
    assert covered == sorted(covered, key=lambda row: row[:2])
    assert len(covered) == 42 + 61
    assert [level for level, _, _ in covered] == [1] * 42 + [2] * 61
    assert queries.covered_requirements(standard.levels.get(number=1)).count() == 42


def test_bad_questions_are_refused_plainly(standard, staff):
    assert staff.get(f"{ADDRESS}levels/4/requirements/").status_code == 404
    answer = staff.get(FLAT, {"inherited": "maybe"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "inherited"
    assert staff.post(ADDRESS, {}).status_code == 405


@pytest.mark.parametrize("address", [LIST, f"{LIST}530053/", ADDRESS, FLAT])
def test_what_did_not_change_is_not_sent_again(standard, staff, address):
    first = staff.get(address)
    again = staff.get(address, HTTP_IF_NONE_MATCH=f'"other", W/{first["ETag"]}')
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])


def test_an_erratum_and_its_withdrawal_change_the_etag(standard, staff):
    before = staff.get(ADDRESS)["ETag"]
    erratum = note(standard)
    during = staff.get(ADDRESS)["ETag"]
    assert during != before
    withdraw_erratum(erratum=erratum, reason="误填", by=erratum.by, at=database_now())
    assert staff.get(ADDRESS, HTTP_IF_NONE_MATCH=during).status_code == 200
    assert staff.get(FLAT)["ETag"] != staff.get(FLAT, {"inherited": "true"})["ETag"]


def test_a_code_with_a_slash_has_an_address(standard, staff):
    Standard.objects.update(code="ZY/1")
    assert staff.get(f"{LIST}ZY~1/2.0/").json()["code"] == "ZY/1"


@pytest.mark.parametrize("address", [LIST, ADDRESS, f"{FLAT}?inherited=true"])
def test_the_cost_does_not_grow(
    standard, changed, address, django_assert_max_num_queries, django_assert_num_queries
):
    Standard.objects.update(is_public=True)
    client = Client()
    with django_assert_max_num_queries(16) as one:
        assert client.get(address).status_code == 200
    load(changed(("2.0 版", "3.0 版")))
    Standard.objects.update(is_public=True)
    note(standard)
    with django_assert_num_queries(len(one)):
        client.get(address)
