"""The levels of a standard of this form, lowest first."""

LEVELS: tuple[str, ...] = ("初级", "中级", "高级")
LEVEL_PATTERN = "|".join(LEVELS)


def level_number(level: str) -> int:
    """1 for the lowest level; ValueError for a word that is no level."""
    return LEVELS.index(level) + 1
