"""How well the advertising rules tell what is against the law.

    .venv/bin/python -m bench.advertising

Method: the sentences of ``bench/data/advertising.tsv``, written for this and labelled by hand before the rules were run
on them: ``violation``, ``suspect`` (a person should look) or ``fine``. A sentence counts as its gravest finding. Printed
are precision and recall of violations (what costs points), of "violation or suspect" (what anybody is asked to look at),
a plain list of banned words beside them for comparison, and every sentence that came out otherwise. One author wrote and
labelled the sentences, so the figures flatter.
"""

import csv
import re
from collections.abc import Callable
from pathlib import Path

from itembank.practical import advertising

SENTENCES = Path(__file__).parent / "data" / "advertising.tsv"
# What a marker's list of forbidden words looks like.
PLAIN_LIST = re.compile(
    "最|第一|顶级|国家级|唯一|首选|极致|完美|绝对|冠军|治疗|治愈|降血压|保过|独家|百分百|100%|史上|绝无仅有"
)


def sentences() -> list[tuple[str, str]]:
    """(label, sentence) rows of the set."""
    with SENTENCES.open(encoding="utf-8", newline="") as file:
        return [(row["label"], row["sentence"]) for row in csv.DictReader(file, delimiter="\t")]


def told(sentence: str) -> str:
    """The gravest outcome of the rules for a sentence."""
    outcomes = {finding.outcome for finding in advertising.check(sentence)}
    return "violation" if "violation" in outcomes else "suspect" if "suspect" in outcomes else "fine"


def precision_and_recall(
    rows: list[tuple[str, str]], wanted: set[str], found: Callable[[str], bool]
) -> tuple[float, float]:
    """Of ``found`` sentences against those labelled with one of ``wanted``."""
    hits = [(label in wanted, found(sentence)) for label, sentence in rows]
    right = sum(is_wanted and is_found for is_wanted, is_found in hits)
    return right / sum(is_found for _, is_found in hits), right / sum(is_wanted for is_wanted, _ in hits)


def main() -> None:
    rows = sentences()
    print(f"{len(rows)} sentences, rule pack {advertising.DEFAULT_VERSION}")
    for name, wanted, found in (
        ("violations", {"violation"}, lambda one: told(one) == "violation"),
        ("violations or suspects", {"violation", "suspect"}, lambda one: told(one) != "fine"),
        ("a plain list of words", {"violation"}, lambda one: bool(PLAIN_LIST.search(one))),
    ):
        precision, recall = precision_and_recall(rows, wanted, found)
        print(f"{name:24} precision {precision:.2f}  recall {recall:.2f}")
    for label, sentence in rows:
        if told(sentence) != label:
            print(f"labelled {label}, told {told(sentence)}: {sentence}")


if __name__ == "__main__":
    main()
