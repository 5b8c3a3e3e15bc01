"""The rater's page in a real browser: what is chosen stays over a reload."""

import pytest
from playwright.sync_api import expect

from accounts.enums import Role
from grading.rating import services
from itembank.practical.tasks import read_task
from tests import factories
from tests.pages.test_staff_browser import page, sign_in  # noqa: F401
from tests.practical.samples import files_of, golden

pytestmark = pytest.mark.django_db(transaction=True)


def test_levels_that_were_not_handed_in_stay_over_a_reload(page, live_server):  # noqa: F811
    org = factories.organisation()
    session = factories.session(org, form_=factories.practical_form(org, "inbasket-e3"))
    model = golden(read_task(files_of("inbasket")["e3"]), "model")
    factories.hand_in_work(factories.attempt(session), model)
    rater = factories.staff(org, Role.RATER)
    task = services.take(by=rater)
    sign_in(page, live_server.url, rater)
    page.goto(f"{live_server.url}/ratings/{task.uuid}/")
    level = page.locator(".rate__form").get_by_role("radio").nth(2)
    level.check()
    page.get_by_label("备注").fill("语气得体")
    page.reload()
    expect(level).to_be_checked()
    expect(page.get_by_label("备注")).to_have_value("语气得体")
