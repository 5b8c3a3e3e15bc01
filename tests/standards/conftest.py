"""The reference standard's file and small changes of it."""

from collections.abc import Callable
from pathlib import Path

import pytest

FILE = Path(__file__).resolve().parents[2] / "standards" / "data" / "530053-2021-v2.0.txt"


@pytest.fixture(scope="session")
def seed() -> bytes:
    return FILE.read_bytes()


@pytest.fixture
def changed(seed: bytes) -> Callable[..., bytes]:
    """The file with words replaced, each exactly once, so that a broken input is broken at one place only."""

    def change(*pairs: tuple[str, str]) -> bytes:
        text = seed.decode()
        for old, new in pairs:
            assert text.count(old) == 1, f"{old!r} occurs {text.count(old)} times"
            text = text.replace(old, new)
        return text.encode()

    return change
