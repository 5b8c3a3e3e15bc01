"""Pages of the item bank: who sees keys, what the filters find, how coverage is counted, what each page costs."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.enums import Role
from itembank import services
from itembank.practical.tasks import read_task, task_files
from lib.clock import database_now
from tests import factories
from tests.factories import browser

pytestmark = pytest.mark.django_db


def text(answer) -> str:
    return answer.content.decode()


@pytest.fixture
def bank():
    """An organisation with one item for 初级 1.1.1 and one for 2.1.2; 1.1.2 and 2.1.1 have none."""
    organisation = factories.organisation()
    level = factories.level(factories.standard())
    first = factories.item(organisation, level, requirement="1.1.1")
    second = factories.item(organisation, level, requirement="2.1.2", interaction="true_false")
    return organisation, level, first, second


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.AUTHOR, Role.REVIEWER])
def test_keepers_see_the_bank_and_keys(bank, role):
    organisation, _, first, _ = bank
    client = browser(factories.staff(organisation, role))
    assert first.item.code in text(client.get("/items/"))
    page = text(client.get(f"/items/{first.item.code}/"))
    assert "答案" in page
    assert "解析" in page


@pytest.mark.parametrize("role", [Role.PROCTOR, Role.RATER, Role.SUPERVISOR])
def test_other_colleagues_get_403(bank, role):
    organisation, _, first, _ = bank
    client = browser(factories.staff(organisation, role))
    assert client.get("/items/").status_code == 403
    assert client.get(f"/items/{first.item.code}/").status_code == 403


def test_strangers_get_404_candidates_403_and_anonymous_people_the_sign_in_page(bank):
    _, _, first, _ = bank
    url = f"/items/{first.item.code}/"
    stranger = browser(factories.staff(factories.organisation(), Role.AUTHOR))
    assert stranger.get(url).status_code == 404
    assert first.item.code not in text(stranger.get("/items/"))
    assert browser(factories.candidate().user).get(url).status_code == 403
    assert browser(None).get(url)["Location"].startswith("/staff/sign-in/")


def found(client, bank, **parameters):
    """Which of the bank's two items the list shows."""
    page = text(client.get("/items/", parameters))
    return [one for one in (2, 3) if f"/items/{bank[one].item.code}/" in page]


def test_filters(bank):
    organisation, level, first, _ = bank
    client = browser(factories.staff(organisation, Role.AUTHOR))
    key = f"{level.standard.code}-1.0-1"
    assert found(client, bank) == [2, 3]
    assert found(client, bank, level=key) == [2, 3]
    assert found(client, bank, level=key, area="1") == [2]
    assert found(client, bank, level=key, task="2.1") == [3]
    assert found(client, bank, kind="true_false") == [3]
    assert found(client, bank, q=first.content["prompt"]) == [2]
    assert found(client, bank, q=first.item.code) == [2]
    assert found(client, bank, q="没有这样的题") == []
    # Without a level a task's number says nothing; an unknown level filters nothing.
    assert found(client, bank, task="2.1", level="nonsense") == [2, 3]


def test_the_bank_is_filtered_by_requirement(bank):
    organisation, level, first, _ = bank
    client = browser(factories.staff(organisation, Role.AUTHOR))
    key = f"{level.standard.code}-{level.standard.version}-{level.number}"
    page = text(client.get("/items/", {"level": key, "requirement": "1.1.1"}))
    assert first.item.code in page
    assert "初级要求 1.1.1：共" in page


def test_an_items_page_links_its_requirement_in_the_standard(bank):
    organisation, level, first, _ = bank
    page = text(browser(factories.staff(organisation, Role.AUTHOR)).get(f"/items/{first.item.code}/"))
    assert f"/standards/{level.standard.uuid}/?level=%E5%88%9D%E7%BA%A7#r1.1.1" in page


def test_a_practical_task_shows_criteria_and_what_the_scorer_gives_the_model_answers():
    organisation = factories.organisation()
    level = factories.level(factories.standard(areas=3, tasks=4, requirements=6))
    console = next(path for path in task_files("530053") if path.stem == "practical-console-e1")
    entry = json.loads(console.read_text(encoding="utf-8"))
    version = factories.item(organisation, level, data={**entry, "cites": ["term:9.9"]})
    assert version.title == read_task(console).title
    client = browser(factories.staff(organisation, Role.AUTHOR))
    page = text(client.get(f"/items/{version.item.code}/"))
    assert ">15.75<" in page
    assert entry["content"]["tasks"][0] in page
    assert "账号类型与主体信息" in page
    assert "与预期不符" not in page
    assert "标准里没有这个代码" in page
    assert version.title in text(client.get("/items/"))


def test_the_list_costs_the_same_for_one_and_for_three_items():
    counts = []
    for number in (1, 3):
        organisation = factories.organisation()
        level = factories.level(factories.standard())
        for _ in range(number):
            factories.item(organisation, level)
        client = browser(factories.staff(organisation, Role.AUTHOR))
        with CaptureQueriesContext(connection) as queries:
            client.get("/items/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_only_the_newest_version_is_listed(bank):
    organisation, level, first, _ = bank
    author = factories.staff(organisation, Role.AUTHOR)
    services.write_version(
        organisation=organisation, level=level, requirements={one.code: one for one in level.requirements.all()},
        data={
            "code": first.item.code, "interaction": "choice_single", "requirements": ["1.1.1"], "prompt": "改过的题干",
            "choices": first.content["choices"], "key": ["a"], "rationale": "解析",
        },
        by=author, at=database_now(),
    )  # fmt: skip
    page = text(browser(author).get("/items/"))
    assert "改过的题干" in page
    assert first.content["prompt"] not in page
    assert "草稿" in page
