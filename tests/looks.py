"""What every page must look like: no sideways scrolling, targets a finger can hit, no serious axe finding."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

SIZES = [(1366, 768), (1024, 768), (819, 614), (390, 844)]
SMALL_TARGETS = """() => [...document.querySelectorAll('button, a.button, label.choice, label.check, input[type=text]')]
  .filter((node) => node.offsetParent)
  .map((node) => [node.textContent.trim(), node.getBoundingClientRect()])
  .filter(([, box]) => Math.min(box.width, box.height) < 43.5)
  .map(([text, box]) => `${text} ${box.width}x${box.height}`)"""


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")


def assert_accessible(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [
        (one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")
    ] == []
