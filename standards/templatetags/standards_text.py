"""How differences are shown."""

from django import template

from standards.difference import UNCHANGED, WORDS, Change, Difference, marked

register = template.Library()


@register.filter
def kinds_of_change(report: Difference) -> list[tuple[str, int]]:
    """What happened how often, in the order of the words; unchanged last."""
    counts = report.counts
    kinds = [kind for kind in WORDS if kind != UNCHANGED] + [UNCHANGED]
    return [(WORDS[kind], counts[kind]) for kind in kinds]


@register.filter
def words_changed(change: Change) -> list[tuple[str, str]]:
    """The two texts as stretches that stayed, went ("old") or came ("new")."""
    assert change.old is not None
    assert change.new is not None
    return marked(change.old.text, change.new.text)
