"""A bank with an author and a reviewer, and what the browser sends for a sample task."""

import dataclasses

from itembank import authoring
from itembank.desk.queries import stamp
from itembank.desk.typed import typed_of
from itembank.models import Item
from itembank.practical.tasks import read_task, task_files
from itembank.views import level_key
from tests.factories import browser

FILES = {path.stem.removeprefix("practical-"): path for path in task_files("530053")}
CONSOLE = "console-e1"


@dataclasses.dataclass
class Bank:
    organisation: object
    level: object
    author: object
    reviewer: object


def form(bank, stem=CONSOLE, **changes):
    """What the browser sends for a sample task."""
    task = dataclasses.replace(read_task(FILES[stem]), cites=())
    level = bank.level.standard.levels.get(name=task.level)
    typed = typed_of(task, level_key(level))
    return {"interaction": task.interaction, "act": "save", **typed.texts, **changes}


def save(bank, stem=CONSOLE, by=None, **changes) -> Item:
    """A sample task as a draft, through the page."""
    answer = browser(by or bank.author).post("/items/practical/new/", form(bank, stem, **changes))
    assert answer.status_code == 302, text(answer)[:6000]
    return Item.objects.get(code=form(bank, stem, **changes)["code"])


def text(answer) -> str:
    return answer.content.decode()


def edit(item, by, data, **changes):
    data = {**data, "based_on": stamp(authoring.newest(item)), **changes}
    return browser(by).post(f"/items/practical/{item.uuid}/", data)
