"""The browser never forgets: without network, through reload and kill, after a restored backup; and keeps nothing after."""

import contextlib
import os
import signal
from pathlib import Path

import pytest
from django.db import connection
from django.templatetags.static import static
from playwright.sync_api import BrowserType, Error, expect

from exams.delivery import pages, services, timing
from exams.models import Attempt, Response, ResponseEvent
from proctoring import services as steering
from tests import factories
from tests.browser_setup import chromium_path
from tests.sit.conftest import begin, sign_in
from tests.sit.network import Line
from tests.sit.watching import choose, held, saved, the_attempt

pytestmark = pytest.mark.django_db(transaction=True)

# Names of the records kept for an attempt, by the page itself: what a curious neighbour could read.
RECORDS = """() => new Promise((resolve) => {
  const opening = indexedDB.open("sit");
  opening.onsuccess = () => {
    const base = opening.result;
    if (!base.objectStoreNames.contains("records")) return resolve([]);
    const asking = base.transaction("records").objectStore("records").getAllKeys();
    asking.onsuccess = () => { base.close(); resolve(asking.result.map(([attempt, name]) => [attempt, name.split("/")[0]])); };
  };
})"""
PAGES = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""
WAITING = f"async () => (await ({RECORDS})()).filter(([, kind]) => kind === 'open').length"


# How long the network is gone before the reload; `make drill` makes it ten minutes.
OFFLINE_SECONDS = float(os.environ.get("OFFLINE_SECONDS", "0"))


class Machine:
    """A browser with a profile of its own that can be killed and started again."""

    def __init__(self, kind: BrowserType, profile: Path, *arguments: str) -> None:
        self.profile = profile
        root = ["--no-sandbox"] if os.geteuid() == 0 else []
        self.context = kind.launch_persistent_context(
            str(profile), executable_path=chromium_path(), args=[*root, *arguments], locale="zh-CN",
            viewport={"width": 1366, "height": 768},
        )  # fmt: skip
        self.page = self.context.pages[0]
        self.page.set_default_timeout(15_000)

    def kill(self) -> None:
        """As when somebody pulls the plug: every process of this browser, at once."""
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and str(self.profile).encode() in (entry / "cmdline").read_bytes():
                    os.kill(int(entry.name), signal.SIGKILL)
            except OSError:
                continue
        self.close()

    def close(self) -> None:
        with contextlib.suppress(Error):
            self.context.close()


@pytest.fixture
def machine(browser, tmp_path):
    """Starts machines: a second one with the same profile is the same machine after a restart."""
    started: list[Machine] = []

    def start(*arguments: str, profile: str = "profile") -> Machine:
        started.append(Machine(browser.browser_type, tmp_path / profile, *arguments))
        return started[-1]

    yield start
    for one in started:
        one.close()


@pytest.fixture
def line(live_server):
    one = Line(live_server.thread.port)
    yield one
    one.close()


def kept_for_reload(page):
    """The page and its files are kept: the worker has done its part."""
    page.wait_for_function(
        f"async () => (await ({PAGES})()).some((path) => path.startsWith('/sit/attempts/'))"
    )
    page.wait_for_function(
        f"async () => (await ({PAGES})()).some((path) => path.endsWith('.js') && path.includes('main'))"
    )


def waiting(page, number):
    page.wait_for_function(f"async (number) => (await ({WAITING})()) === number", arg=number)


def test_without_network_through_reload_and_kill_everything_arrives(machine, line):
    session = factories.session(items=3)
    first = machine()
    page = begin(first.page, line.address, factories.registration(session))
    choose(page, 1)
    saved(page)
    kept_for_reload(page)
    address, path = page.url, f"/sit/attempts/{the_attempt(session).uuid}/"
    line.cut()
    page.keyboard.press("ArrowRight")
    choose(page, 2)
    expect(page.locator("#save")).to_contain_text("网络断开，答案已存本机，可继续作答")
    expect(page.locator("#offline")).to_contain_text("不要重启电脑")
    waiting(page, 1)
    page.wait_for_timeout(OFFLINE_SECONDS * 1000)

    page.reload()
    expect(page.get_by_role("heading", name="第 2 题")).to_be_visible()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()
    expect(page.locator("#countdown-label")).to_contain_text("联网后校准")
    page.keyboard.press("ArrowRight")
    choose(page, 3)
    waiting(page, 2)
    first.kill()
    assert held(session) == {"T01": {"choices": ["a"]}}

    page = machine().page
    page.goto(address)
    expect(page.locator("#sheet-count")).to_have_text("3/3")
    line.mend()
    saved(page)
    assert held(session) == {"T01": {"choices": ["a"]}, "T02": {"choices": ["b"]}, "T03": {"choices": ["c"]}}
    assert ResponseEvent.objects.count() == 3
    waiting(page, 0)

    page.get_by_role("button", name="交卷").click()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.get_by_role("heading", name="已交卷")).to_be_visible()
    page.wait_for_function(f"async () => (await ({RECORDS})()).length === 0")
    page.wait_for_function(f"async () => !(await ({PAGES})()).includes('{path}')")


def test_nothing_of_the_form_or_the_answers_lies_on_the_disk_in_plain_text(machine, line, tmp_path):
    session = factories.session(items=2)
    item = session.forms.get().form.items.select_related("item_version").first().item_version
    secret = item.content["prompt"]
    one = machine()
    page = begin(one.page, line.address, factories.registration(session))
    expect(page.locator(".item__prompt")).to_have_text(secret)
    choose(page, 1)
    saved(page)
    kept_for_reload(page)
    line.cut()
    choose(page, 2)
    waiting(page, 1)
    one.kill()
    words = [secret.encode(), secret.encode("utf-16-le"), b'"choices"', '"choices"'.encode("utf-16-le")]
    files = [file for file in (tmp_path / "profile").rglob("*") if file.is_file()]
    assert any("IndexedDB" in str(file) for file in files)
    leaks = [(file.name, word) for file in files for word in words if word in file.read_bytes()]
    assert leaks == []


def test_the_rescue_file_brings_the_answers_from_a_machine_that_never_came_back(machine, line):
    session = factories.session(items=3)
    one = machine()
    page = begin(one.page, line.address, factories.registration(session))
    choose(page, 1)
    saved(page)
    line.cut()
    page.keyboard.press("ArrowRight")
    choose(page, 2)
    expect(page.get_by_role("button", name="下载应急文件")).to_be_visible()
    with page.expect_download() as waited:
        page.get_by_role("button", name="下载应急文件").click()
    download = waited.value
    registration = factories.registration(session)
    assert download.suggested_filename == f"应急文件-{registration.ticket_number}.json"
    data = Path(download.path()).read_bytes()
    assert b"choices" not in data
    one.kill()
    proctor = factories.proctor(session)
    kept = steering.rescue(session=session, data=data, reason="网络中断，换机", by=proctor)
    assert kept.counts == {
        "accepted": 1, "known": 1, "superseded": 0, "held": 0, "refused": 0, "faulty": 0,
    }  # fmt: skip
    assert held(session) == {"T01": {"choices": ["a"]}, "T02": {"choices": ["b"]}}


def set_back(attempt, *, events):
    """As after restoring a backup: the newest events and what they did are gone."""
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE exams_responseevent DISABLE TRIGGER USER")
        cursor.execute(
            "DELETE FROM exams_responseevent WHERE attempt_id = %s AND seq > %s", [attempt.pk, events]
        )
        cursor.execute("DELETE FROM exams_response WHERE attempt_id = %s AND seq > %s", [attempt.pk, events])
        cursor.execute("ALTER TABLE exams_responseevent ENABLE TRIGGER USER")
    head = ResponseEvent.objects.filter(attempt=attempt).order_by("seq").values_list("hash", flat=True).last()
    Attempt.objects.filter(pk=attempt.pk).update(events=events, head=head)


def test_after_a_restored_backup_the_page_sends_what_the_server_forgot(desk):
    session = factories.session(items=3)
    page = desk(session).begin()
    for number in (1, 2, 3):
        choose(page, number)
        saved(page)
        page.keyboard.press("ArrowRight")
    before = held(session)
    assert ResponseEvent.objects.count() == 3
    set_back(the_attempt(session), events=1)
    expect(page.locator("#strip")).to_contain_text("服务器恢复了较早的备份，本机已把 2 条作答重新上传")
    assert held(session) == before
    assert ResponseEvent.objects.count() == 3


def answered_three_times(page):
    for number in (1, 2, 3):
        choose(page, number)
        saved(page)
        page.keyboard.press("ArrowRight")


def test_a_restored_backup_is_noticed_when_answers_were_waiting_for_the_server(desk):
    """As it happens: the server is away, is restored, and the first it hears is an answer given meanwhile."""
    session = factories.session(items=4)
    page = desk(session).begin()
    answered_three_times(page)
    before = held(session)
    page.route("**/api/**", lambda route: route.abort())
    choose(page, 4)
    waiting(page, 1)
    set_back(the_attempt(session), events=1)
    page.unroute("**/api/**")
    expect(page.locator("#strip")).to_contain_text("服务器恢复了较早的备份，本机已把 2 条作答重新上传")
    assert held(session) == {**before, "T04": {"choices": ["d"]}}
    assert ResponseEvent.objects.count() == 4


def test_a_hand_in_after_a_restored_backup_brings_what_the_server_forgot(desk):
    """The page has not heard of it yet: its calls for the clock are lost until then."""
    session = factories.session(items=4)
    page = desk(session).begin()
    answered_three_times(page)
    before = held(session)
    page.route("**/api/**", lambda route: route.abort())
    set_back(the_attempt(session), events=1)
    page.get_by_role("button", name="交卷", exact=True).click()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.locator("#hand-in-trouble")).to_contain_text("还没有交卷")
    page.unroute("**/api/**")
    page.wait_for_url("**/sit/done/**")
    assert held(session) == before
    assert ResponseEvent.objects.count() == 3


def test_everything_again_goes_in_portions_the_server_takes(desk):
    """After a restored backup a whole afternoon at a workbench may be on its way at once."""
    one = desk(factories.session())
    page = one.page
    page.goto(f"{one.address}/sit/")
    sizes = page.evaluate(
        """async (address) => {
          const { batches } = await import(address);
          const sizes = (number, text) => batches(Array(number).fill({ response: { text } })).map(({ length }) => length);
          return [sizes(0, ""), sizes(250, "短"), sizes(7, "长".repeat(300_000)), sizes(2, "长".repeat(2_000_000))];
        }""",
        static("js/player/queue.js"),
    )
    assert sizes == [[], [100, 100, 50], [3, 3, 1], [1, 1]]


def test_a_reload_without_network_shows_what_was_answered_at_another_machine(desk, line):
    """And a change made then is newer than what the other machine sent."""
    session = factories.session(items=2)
    page = desk(session).begin()
    for number in (1, 2, 3):
        choose(page, number)
        saved(page)
    there = desk(session)
    there.address = line.address
    there.sign_in_again()
    there.page.get_by_role("button", name="继续答题").click()
    there.page.get_by_role("button", name="在本机继续").click()
    page = there.page
    expect(page.get_by_role("radio").nth(2)).to_be_checked()
    kept_for_reload(page)
    line.cut()
    page.reload()
    expect(page.get_by_role("heading", name="第 1 题")).to_be_visible()
    expect(page.get_by_role("radio").nth(2)).to_be_checked()
    choose(page, 4)
    waiting(page, 1)
    line.mend()
    saved(page)
    assert held(session) == {"T01": {"choices": ["d"]}}
    expect(page.get_by_role("radio").nth(3)).to_be_checked()


def test_a_paused_form_is_not_opened_without_network(desk, line):
    session = factories.session(items=2)
    one = desk(session)
    one.address = line.address
    page = one.begin()
    kept_for_reload(page)
    timing.pause(attempt_id=the_attempt(session).pk, reason="断电", by=factories.proctor(session))
    expect(page.locator("#curtain")).to_contain_text("考试已暂停")
    line.cut()
    page.reload()
    expect(page.locator("#curtain")).to_contain_text("网络不通")
    expect(page.locator("label.choice")).to_have_count(0)


def test_a_reload_while_the_server_restarts_shows_the_page(desk, line):
    session = factories.session(items=2)
    one = desk(session)
    one.address = line.address
    page = one.begin()
    choose(page, 2)
    saved(page)
    kept_for_reload(page)
    line.take_down()
    page.reload()
    expect(page.get_by_role("radio").nth(1)).to_be_checked()


def test_another_candidate_at_the_same_machine_finds_nothing_but_loses_nothing(machine, line):
    """What waits to be sent stays, unreadable; the page does not."""
    session = factories.session(candidates=2, items=2)
    one = machine()
    page = begin(one.page, line.address, factories.registration(session))
    kept_for_reload(page)
    mine = str(the_attempt(session).uuid)
    line.cut()
    choose(page, 1)
    waiting(page, 1)
    page.goto("about:blank")
    one.context.clear_cookies()
    line.mend()

    sign_in(page, line.address, factories.registration(session, 1))
    page.wait_for_function(f"async () => !(await ({PAGES})()).some((path) => path.includes('{mine}'))")
    assert [mine, "open"] in page.evaluate(RECORDS)
    page.get_by_role("button", name="开始答题").first.click()
    page.get_by_role("heading", name="第 1 题").wait_for()
    expect(page.get_by_role("radio", checked=True)).to_have_count(0)


def test_after_the_sign_in_page_nobody_opens_the_form_without_network(machine, line):
    """Signed out in the middle, and somebody else goes back in the browser's history while the network is down."""
    session = factories.session(items=2)
    page = begin(machine().page, line.address, factories.registration(session))
    choose(page, 1)
    saved(page)
    kept_for_reload(page)
    address, path = page.url, f"/sit/attempts/{the_attempt(session).uuid}/"
    page.context.clear_cookies()
    page.goto(f"{line.address}/sit/")
    page.wait_for_function(f"async () => !(await ({PAGES})()).includes('{path}')")
    assert not [one for one in page.evaluate(PAGES) if one.startswith("/sit/name-font.")]
    line.cut()
    with pytest.raises(Error):
        page.goto(address)


def test_the_waiting_page_has_fetched_what_the_form_will_need(machine, line):
    """At the start nobody waits for scripts and styles: they are here before."""
    session = factories.session(items=2)
    page = machine().page
    sign_in(page, line.address, factories.registration(session))
    wanted = [static("js/player/main.js"), static("js/player/queue.js"), static("css/player.css")]
    page.wait_for_function(
        f"async (wanted) => {{ const kept = await ({PAGES})(); return wanted.every((one) => kept.includes(one)); }}",
        arg=wanted,
    )


def test_a_new_release_in_the_middle_of_a_sitting_leaves_the_page_its_copy(machine, line, monkeypatch):
    session = factories.session(items=2)
    page = begin(machine().page, line.address, factories.registration(session))
    choose(page, 1)
    saved(page)
    kept_for_reload(page)
    monkeypatch.setattr(pages, "_release", lambda: "next")
    page.evaluate("async () => (await navigator.serviceWorker.ready).update()")
    page.wait_for_function("async () => JSON.stringify(await caches.keys()) === '[\"sit-next\"]'")
    line.cut()
    page.reload()
    expect(page.get_by_role("heading", name="第 1 题")).to_be_visible()
    expect(page.get_by_role("radio").first).to_be_checked()


def test_a_changed_answer_is_on_the_machine_before_the_one_it_replaces_goes(desk):
    """At no moment between two changes that wait is the machine without either of them."""
    session = factories.session(items=2)
    one = desk(session)
    page = one.begin()
    seen = page.evaluate_handle(
        """() => {
          const seen = [];
          const write = (name) => {
            const real = IDBObjectStore.prototype[name];
            IDBObjectStore.prototype[name] = function (...given) {
              const key = name === "put" ? given[1] : given[0];
              if (this.name === "records" && String(key?.[1]).startsWith("open/")) seen.push(name);
              return real.apply(this, given);
            };
          };
          write("put");
          write("delete");
          return seen;
        }"""
    )
    one.context.set_offline(True)
    choose(page, 1)  # on its way, for ever
    expect(page.locator("#save")).to_contain_text("网络断开")
    choose(page, 2)
    choose(page, 3)  # stands for the one before, which nobody has seen
    page.wait_for_function("(seen) => seen.filter((one) => one === 'delete').length > 0", arg=seen)
    assert seen.json_value() == ["put", "put", "put", "delete"]


def test_answers_that_waited_when_time_ran_out_are_handed_over_and_held(machine, line):
    session = factories.session(items=2)
    page = begin(machine().page, line.address, factories.registration(session))
    attempt = the_attempt(session)
    line.cut()  # at the line, not at the page: a closing page's last request goes its own way
    choose(page, 2)
    waiting(page, 1)
    page.goto("about:blank")
    services.end(attempt_id=attempt.pk, reason="考试结束", by=factories.staff(session.organisation))
    line.mend()
    page.goto(f"{line.address}/sit/done/{attempt.uuid}/")
    # A call over a connection that died with the line is given up after ten seconds, then made again.
    expect(page.get_by_text("有 1 条作答在考试结束后才送达")).to_be_visible(timeout=25_000)
    assert list(ResponseEvent.objects.values_list("slot", "state")) == [("T01", "held")]
    assert not Response.objects.exists()
    page.wait_for_function(f"async () => (await ({RECORDS})()).length === 0")


def test_on_plain_http_the_page_says_that_it_cannot_keep_answers(machine, live_server, settings):
    settings.ALLOWED_HOSTS = ["*"]
    session = factories.session(items=2)
    page = machine("--host-resolver-rules=MAP exam.test 127.0.0.1").page
    address = f"http://exam.test:{live_server.thread.port}"
    begin(page, address, factories.registration(session))
    choose(page, 1)
    saved(page)
    expect(page.locator("#strip")).to_contain_text("不加密的网址")
    page.goto(f"{address}/sit/wait/")
    expect(page.locator("#insecure")).to_contain_text("不加密的网址")
