"""The whole story in a real browser with a real worker: from publishing a session to verifying the certificate."""

import io
import json
import re
import time

import pypdf
import pypdfium2
import pytest
import zxingcpp
from playwright.sync_api import expect

from itembank.bank import bank_files, entries_of
from itembank.practical.tasks import read_task, task_files
from tests.practical.console import page as console
from tests.practical.console.entering import fill_all
from tests.practical.inbasket import page as inbasket
from tests.practical.inbasket.entering import enter_in_order
from tests.practical.samples import golden

pytestmark = pytest.mark.xdist_group("product")
PROMPTS = {
    entry["prompt"]: {choice["text"] for choice in entry["choices"] if choice["id"] in entry["key"]}
    for path in bank_files("530053")
    for entry in entries_of(path)
    if "prompt" in entry
}


class Person:
    """Somebody with a browser window of his own."""

    def __init__(self, browser, product, width=1366):
        self.context = browser.new_context(viewport={"width": width, "height": 768}, locale="zh-CN")
        self.page = self.context.new_page()
        self.page.set_default_timeout(15_000)
        self.url = product.url
        self.faults = []
        self.page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.page.on(
            "console",
            lambda message: self.faults.append(message.text) if "Content Security" in message.text else None,
        )

    def open(self, path):
        self.page.goto(self.url + path)

    def sign_in_as_staff(self, account):
        self.open("/staff/sign-in/")
        self.page.get_by_label("用户名").fill(account["username"])
        self.page.get_by_label("密码").fill(account["password"])
        self.page.keyboard.press("Enter")
        expect(self.page.get_by_role("heading", name="工作台")).to_be_visible()

    def sign_in_as_candidate(self, row):
        self.open("/sit/")
        self.page.get_by_label("准考证号").fill(row["ticket_number"])
        self.page.get_by_label("证件号码").fill(row["id_number"])
        self.page.keyboard.press("Enter")
        self.page.get_by_role("button", name="信息无误").click()
        self.page.get_by_role("checkbox").check()
        self.page.locator("main form button[type=submit]").click()
        expect(self.page).to_have_url(re.compile("/sit/wait/"))

    def begin(self):
        self.page.get_by_role("link", name="开始答题").or_(
            self.page.get_by_role("button", name="开始答题")
        ).locator("visible=true").first.click()
        expect(self.page.locator("#desk")).to_be_visible()

    def hand_in(self):
        self.page.locator("#hand-in").click()
        self.page.locator("#hand-in-confirm").click()
        expect(self.page).to_have_url(re.compile("/sit/done/"))


def planned_session(product):
    """A planned session with three candidates, made by the product's own demo code; not published."""
    script = (
        "import json; from certification.demo.setup import ensure_house; "
        "from certification.demo.sessions import make_session, staff_accounts; "
        "s, rows = make_session(ensure_house(), candidates=3, seed='story', name='故事场次', is_open=False); "
        # The planned time lies ahead, so that only the proctor's 统一开考 starts it.
        "import datetime; s.starts_at += datetime.timedelta(hours=2); s.save(update_fields=['starts_at']); "
        "print(json.dumps({'session': str(s.uuid), 'candidates': [r.as_json() for r in rows], 'staff': staff_accounts()}))"
    )
    return json.loads(product.manage("shell", "-v", "0", "-c", script).splitlines()[-1])


def answer_theory(person):
    """Answer all items rightly, with a reload in the middle."""
    page = person.page
    count = page.locator("#sheet-sections button").count()
    assert count == 40
    for index in range(count):
        right = PROMPTS[page.locator(".item__prompt").inner_text().strip()]
        for choice in page.locator("#item label").all():
            if any(text == line.strip() for text in right for line in choice.inner_text().split("\n")):
                choice.click()
        if index == 19:
            expect(page.locator("#save-text")).to_contain_text("已保存")
            page.reload()
            expect(page.locator("#desk")).to_be_visible()
            expect(page.locator("#count-answered")).to_have_text("20")
        if index < count - 1:
            page.locator("#next").click()
    expect(page.locator("#count-answered")).to_have_text("40")


def enter_practical(person):
    """All four tasks as their model answers say, with mouse and keyboard."""
    page = person.page
    tasks = {task.title: task for path in task_files("530053") if (task := read_task(path)).level == "初级"}
    places = page.locator("#sheet-sections button")
    expect(places).to_have_count(len(tasks))
    for index in range(len(tasks)):
        places.nth(index).click()
        expect(page.locator("#item .pc-top")).to_be_visible()
        shown = page.locator("#item").inner_text()
        task = tasks.pop(next(title for title in tasks if title in shown))
        if task.interaction == "practical.console":
            fill_all(console.Bench(page, "", None), task, golden(task, "model"))
        else:
            enter_in_order(inbasket.Bench(page, "", None), task, golden(task, "model"))
    expect(page.locator("#save-text")).to_contain_text("已保存")


def rate_everything(person, works):
    """A rater takes one work after the other and gives the highest level."""
    person.open("/ratings/")
    person.page.get_by_role("button", name="开始评分").click()
    for _ in range(works):
        expect(person.page.locator("#desk .pc-top")).to_be_visible()
        assert "王䶮" not in person.page.content()
        for criterion in person.page.locator(".rate__criterion").all():
            criterion.get_by_text("3 级").click()
        person.page.get_by_role("button", name="提交，评下一份").click()
    expect(person.page.get_by_text("现在没有可以领取的作品")).to_be_visible()


def test_from_publishing_a_session_to_verifying_the_certificate(product, browser):
    plan = planned_session(product)
    staff = {row["username"]: row for row in plan["staff"]}
    row = plan["candidates"][1]
    assert row["name"] == "王䶮"

    admin, proctor, reviewer, candidate = (Person(browser, product) for _ in range(4))
    admin.sign_in_as_staff(staff["admin"])
    admin.open(f"/sessions/{plan['session']}/")
    admin.page.get_by_role("button", name="发布场次").click()
    expect(admin.page.get_by_text("场次已发布")).to_be_visible()

    # The candidate waits; nothing starts before the proctor says so.
    candidate.sign_in_as_candidate(row)
    expect(
        candidate.page.get_by_role("button", name="开始答题").locator("visible=true").first
    ).to_be_disabled()

    proctor.sign_in_as_staff(staff["proctor"])
    proctor.open(f"/sessions/{plan['session']}/")
    proctor.page.get_by_role("button", name="统一开考").click()
    expect(proctor.page.get_by_text("已宣布开考")).to_be_visible()

    expect(candidate.page.get_by_text("考试已经开始")).to_be_visible(timeout=6000)
    candidate.begin()

    # Extra time with a reason reaches the open page within five seconds, without a reload.
    seat = proctor.page.locator(".seat", has_text="王䶮")
    seat.get_by_role("checkbox").check()
    proctor.page.get_by_role("button", name="补时").click()
    proctor.page.get_by_label("补时（分钟）").fill("5")
    proctor.page.get_by_label("原因").fill("网络中断")
    began = time.monotonic()
    proctor.page.get_by_role("button", name="确定").click()
    expect(candidate.page.get_by_text("已为你补时 5 分钟").first).to_be_visible(timeout=5000)
    assert time.monotonic() - began < 5
    expect(candidate.page.locator("#countdown-time")).to_have_text(re.compile("00:4[45]:"))

    answer_theory(candidate)
    candidate.hand_in()

    candidate.open("/sit/wait/")
    candidate.begin()
    enter_practical(candidate)
    candidate.hand_in()
    expect(candidate.page.get_by_text("交卷").first).to_be_visible()

    # Two raters who do not know whose work it is; the result waits for both.
    for name in ("rater1", "rater2"):
        rater = Person(browser, product)
        rater.sign_in_as_staff(staff[name])
        rate_everything(rater, works=2)
        assert rater.faults == []

    # The worker scores; a reviewer confirms, another person releases.
    reviewer.sign_in_as_staff(staff["reviewer"])
    # Of this session alone: the product may hold what other stories left.
    of_session = f"&session={plan['session']}"
    for _ in range(30):
        reviewer.open(f"/results/?state=pending_review{of_session}")
        if reviewer.page.get_by_role("link", name="王䶮").count():
            break
        reviewer.page.wait_for_timeout(500)
    line = reviewer.page.locator("tr", has_text=row["ticket_number"])
    assert line.locator("td.number").all_inner_texts() == ["100.00", "100.00", "100.00"]
    reviewer.page.get_by_role("button", name="复核所选成绩").click()
    expect(reviewer.page.get_by_text("已复核")).to_have_count(1 + 1)
    admin.open(f"/results/?state=reviewed{of_session}")
    admin.page.get_by_role("button", name="发布所选成绩").click()
    expect(admin.page.get_by_text(re.compile("已发布 1 人"))).to_be_visible()
    candidate.open("/sit/results/")
    expect(candidate.page.get_by_text("合格", exact=True).first).to_be_visible()

    admin.open("/certificates/")
    admin.page.get_by_role("button", name="颁发所选证书").click()
    expect(admin.page.get_by_text("已颁发 1 份证书")).to_be_visible()
    download = admin.page.get_by_role("link", name="下载 PDF").first
    expect(download).to_be_visible(timeout=20_000)
    pdf = admin.context.request.get(product.url + download.get_attribute("href")).body()

    # On paper: the rare character, the number; the QR code leads to the public page.
    text = pypdf.PdfReader(io.BytesIO(pdf)).pages[0].extract_text()
    assert "王䶮" in text
    picture = pypdfium2.PdfDocument(pdf)[0].render(scale=3).to_pil()
    (code,) = zxingcpp.read_barcodes(picture)
    assert code.text.startswith(f"{product.url}/verify/")

    anybody = Person(browser, product, width=390)
    anybody.page.goto(code.text)
    expect(anybody.page.locator(".proof__state")).to_contain_text("有效")
    expect(anybody.page.get_by_text("演示样张，无效")).to_be_visible()
    assert "王䶮" not in anybody.page.content()
    assert row["id_number"] not in anybody.page.content()
    anybody.page.get_by_label("持证人姓名全称").fill("王䶮")
    anybody.page.get_by_role("button", name="核对").click()
    expect(anybody.page.get_by_text("一致：输入的姓名与证书持证人姓名一致。")).to_be_visible()
    for person in (admin, proctor, reviewer, candidate, anybody):
        assert person.faults == []
