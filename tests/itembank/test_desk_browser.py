"""The author's desk in a real browser: from an error to its place, a trial in the preview, review by another person."""

import dataclasses
import json

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from itembank import authoring
from itembank.models import Item
from itembank.practical.tasks import read_task
from tests import factories
from tests.itembank.desk import FILES
from tests.looks import SIZES, assert_accessible, overflow
from tests.pages.test_staff_browser import page, sign_in  # noqa: F401

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people():
    organisation = factories.organisation()
    level = factories.level(factories.standard(areas=5, tasks=5, requirements=7))
    return (
        level,
        factories.staff(organisation, Role.AUTHOR, name="命题甲"),
        factories.staff(organisation, Role.REVIEWER, name="审题乙"),
    )


def draft(level, author, stem="console-e1", **changes):
    """A sample task as a draft."""
    task = dataclasses.replace(read_task(FILES[stem]), cites=(), **changes)
    organisation = author.memberships.get().organisation
    at = level.standard.levels.get(name=task.level)
    return authoring.save_draft(
        organisation=organisation, item=None, based_on="", level=at, task=task, by=author
    ).item


def fits(page):  # noqa: F811
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert overflow(page) <= 0, (page.url, width)
    page.set_viewport_size({"width": 1366, "height": 768})
    assert_accessible(page)


def test_pages_fit_and_are_accessible(page, live_server, people):  # noqa: F811
    level, author, reviewer = people
    item = draft(level, author)
    broken = draft(level, author, code="BROKEN-1", key={"fields": 1})
    sign_in(page, live_server.url, author)
    page.set_default_timeout(20_000)
    for path in ("", "new/?kind=practical.console", f"{item.uuid}/", f"{broken.uuid}/"):
        page.goto(f"{live_server.url}/items/practical/{path}")
        fits(page)
    authoring.submit(item=item, by=author)
    page.context.clear_cookies()
    sign_in(page, live_server.url, reviewer)
    page.goto(f"{live_server.url}/items/practical/{item.uuid}/review/")
    expect(page.get_by_role("button", name="给试做评分")).to_be_enabled()
    fits(page)


def test_an_error_leads_to_its_place_and_the_text_stays(page, live_server, people):  # noqa: F811
    level, author, _ = people
    item = draft(level, author)
    sign_in(page, live_server.url, author)
    page.goto(f"{live_server.url}/items/practical/{item.uuid}/")
    content = page.get_by_label("任务内容（JSON）")
    content.fill(content.input_value().replace('"account"', "account", 1))
    typed = content.input_value()
    page.get_by_role("button", name="检查").click()
    link = page.locator(".desk-faults a")
    expect(link).to_have_count(1)
    expect(page.locator(".desk-faults")).to_contain_text("英文双引号")
    expect(content).to_have_value(typed)
    link.click()
    expect(content).to_be_focused()
    assert (
        content.evaluate("node => node.value.slice(node.selectionStart, node.selectionStart + 7)")
        == "account"
    )
    # A path of the task leads to its value.
    content.fill(typed.replace("account", '"account"', 1))
    key = page.get_by_label("评分标准（JSON）")
    key.fill(key.input_value().replace('"max": 6', '"max": -6', 1))
    page.get_by_role("button", name="检查").click()
    page.get_by_role("link", name="key.fields.0.max").click()
    expect(key).to_be_focused()
    assert key.evaluate("node => node.value.slice(node.selectionStart, node.selectionStart + 2)") == "-6"


def test_a_trial_in_the_preview_is_scored_with_what_stands_in_the_editor(page, live_server, people):  # noqa: F811
    level, author, _ = people
    item = draft(level, author)
    sign_in(page, live_server.url, author)
    page.goto(f"{live_server.url}/items/practical/{item.uuid}/")
    opener = page.get_by_role("button", name="按现在的内容打开预览")
    content = page.get_by_label("任务内容（JSON）")
    whole = content.input_value()
    content.fill("{")
    opener.click()
    expect(page.locator("[data-said]")).to_contain_text("还不是正确的 JSON")
    content.fill(whole.replace(json.loads(whole)["account"], "改过名字的账号"))
    opener.click()
    bench = page.locator("[data-bench]")
    expect(bench.locator(".pc-brand")).to_contain_text("改过名字的账号")
    bench.locator("select").first.select_option(index=1)
    page.get_by_role("button", name="给试做评分").click()
    table = page.locator(".desk-scores")
    expect(table).to_contain_text("账号类型与主体信息")
    assert_accessible(page)
    content.fill('{"screens": []}')
    page.get_by_role("button", name="按现在的内容重新打开").click()
    expect(page.locator("[data-said]")).to_contain_text("打不开操作台")


def test_from_a_draft_to_publication_by_two_people(page, live_server, people):  # noqa: F811
    level, author, reviewer = people
    item = draft(level, author)
    sign_in(page, live_server.url, author)
    page.goto(f"{live_server.url}/items/practical/{item.uuid}/")
    page.get_by_label("标题").fill("改过的标题")
    page.get_by_role("button", name="保存并送审").click()
    expect(page.get_by_text("已送审，请另一位审题人审核")).to_be_visible()
    expect(page.get_by_text("您是这一版的命题人")).to_be_visible()
    page.context.clear_cookies()
    sign_in(page, live_server.url, reviewer)
    page.get_by_role("link", name="待审核的实操任务").click()
    page.get_by_role("link", name=item.code).click()
    page.get_by_role("button", name="通过并发布").click()
    expect(page.get_by_text("已发布，从现在起这一版不再改变")).to_be_visible()
    version = Item.objects.get(pk=item.pk).versions.get()
    assert (version.title, version.state, version.reviewer) == ("改过的标题", "published", reviewer)
