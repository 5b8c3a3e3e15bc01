"""Invented standards in files of five formats: the parser knows nothing of them and reads every one exactly."""

import pytest

from standards.parsing import parse_file
from tests.standards import fixtures
from tests.standards.fixtures.write import HERE
from tests.standards.rendering.trees import said

FILES = {
    "tea.txt": fixtures.TEA,
    "drone.md": fixtures.DRONE,
    "care.html": fixtures.CARE,
    "coffee.docx": fixtures.COFFEE,
    "books.pdf": fixtures.BOOKS,
}


@pytest.mark.parametrize("name", FILES)
def test_the_file_gives_its_tree(name):
    parsed = parse_file((HERE / name).read_bytes(), name)
    assert parsed.errors == [], [one.message for one in parsed.errors]
    assert said(parsed.tree) == said(FILES[name])
