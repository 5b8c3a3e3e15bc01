"""Staff and public pages in a real browser: they fit every screen and have no serious axe finding; the console acts."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from certificates import services as certificates
from certificates.models import Decision
from exams.models import MachineCheck, TimeGrant
from tests import factories
from tests.looks import SIZES, assert_accessible, overflow

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def page(browser):
    context = browser.new_context(viewport={"width": 1366, "height": 768}, locale="zh-CN")
    one = context.new_page()
    one.set_default_timeout(10_000)
    yield one
    context.close()


def sign_in(page, address, user):
    page.goto(f"{address}/staff/sign-in/")
    page.get_by_label("用户名").fill(user.username)
    page.get_by_label("密码").fill(factories.PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="工作台")).to_be_visible()


def test_every_page_fits_and_is_accessible(page, live_server):
    session = factories.session(candidates=3, names=["张三", "阿依古丽·买买提", "王䶮"])
    result = factories.released_result(session)
    factories.attempt(session, index=1)
    user = factories.staff(session.organisation, Role.ADMINISTRATOR, Role.REVIEWER, Role.AUTHOR)
    certificate = certificates.issue(decision_id=Decision.objects.get(result=result).pk, by=user)
    certificates.print_document(certificate.document.pk)
    sign_in(page, live_server.url, user)
    item = session.forms.get().form.items.first().item_version.item.code
    for path in (
        "/", "/staff/", "/sessions/", f"/sessions/{session.uuid}/", f"/sessions/{session.uuid}/log/",
        f"/sessions/{session.uuid}/forms/",
        f"/sessions/{session.uuid}/accommodations/", f"/sessions/{session.uuid}/rescue/", "/results/?state=released", f"/results/{result.uuid}/", "/items/",
        f"/items/{item}/", "/certificates/", f"/certificates/{certificate.uuid}/", "/certificates/pattern/",
        "/verify/", f"/verify/{certificate.code}", "/verify/UNKNOWN", "/nowhere/", "/machines/", "/check/",
    ):  # fmt: skip
        page.goto(live_server.url + path)
        if path == f"/sessions/{session.uuid}/":
            expect(page.locator(".seat")).to_have_count(3)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert overflow(page) <= 0, (path, width)
        assert_accessible(page)


def test_extra_time_is_granted_from_the_console(page, live_server):
    session = factories.session(candidates=2, names=["张三", "李四"])
    factories.attempt(session)
    proctor = factories.proctor(session)
    sign_in(page, live_server.url, proctor)
    page.goto(f"{live_server.url}/sessions/{session.uuid}/")
    page.locator(".seat", has_text="张三").get_by_role("checkbox").check()
    page.get_by_role("button", name="补时").click()
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_role("alert")).to_contain_text("请填写原因")
    page.get_by_label("原因").fill("网络中断")
    page.get_by_role("button", name="确定").click()
    expect(page.get_by_text("补时：1 人，已完成。")).to_be_visible()
    expect(page.locator(".seat", has_text="张三")).to_contain_text("已补时 5 分钟")
    assert [(row.seconds, row.reason) for row in TimeGrant.objects.all()] == [(300, "网络中断")]


def test_a_machine_tries_itself_and_is_listed_for_its_site(page, live_server):
    """Encryption, storage and the offline program are really tried; this Chromium can do them all."""
    session = factories.session()
    page.goto(f"{live_server.url}/check/?site={session.site.code}")
    page.get_by_label("机号").fill("b-12")
    page.get_by_role("button", name="登记试机结果").click()
    expect(page.locator("#outcome-title")).to_have_text(f"{session.site.name} B-12 号机：合格")
    kept = MachineCheck.objects.get()
    assert {one["name"]: one["fitness"] for one in kept.findings} == dict.fromkeys(
        ["browser", "secure", "crypto", "worker", "storage", "screen", "network", "clock"], "fit"
    )
    assert_accessible(page)
