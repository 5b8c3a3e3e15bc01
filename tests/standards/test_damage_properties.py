"""Any single damage of structure is reported or harmless; it never gives a different standard without a word."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.parsing import parse_file
from tests.standards.rendering import files
from tests.standards.rendering.damages import DAMAGES
from tests.standards.rendering.pages import Layout, blocks_of
from tests.standards.rendering.trees import said, standards
from tests.standards.test_properties import slow

# Full-width digits would hide the codes from the damages; running headers are no part of the structure.
plain = st.builds(
    Layout,
    rows=st.sampled_from(("task", "one")),
    repeat=st.booleans(),
    header_every=st.sampled_from((None, 0, 3)),
    tight=st.booleans(),
)


@pytest.mark.parametrize("name", DAMAGES)
@slow
@given(tree=standards(), layout=plain, paragraphs=st.booleans(), data=st.data())
def test_damage(name, tree, layout, paragraphs, data):
    lines = files.txt(blocks_of(tree, layout), paragraphs=paragraphs).decode().split("\n")
    damaged = DAMAGES[name](lines, lambda among: data.draw(st.sampled_from(among)))
    if damaged is None or damaged == lines:
        return
    parsed = parse_file("\n".join(damaged).encode(), "s.txt")
    if not parsed.errors:
        assert said(parsed.tree) == said(tree), "\n".join(damaged)
