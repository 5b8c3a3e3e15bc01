"""The objective item types, one folder each. The recipe for a new one: copy the nearest folder, list it here."""

from itembank.interactions.base import Interaction, ObjectiveScore
from itembank.interactions.choice_multiple import ChoiceMultiple
from itembank.interactions.choice_single import ChoiceSingle
from itembank.interactions.true_false import TrueFalse

INTERACTIONS: dict[str, Interaction] = {
    kind.name: kind for kind in (ChoiceSingle(), ChoiceMultiple(), TrueFalse())
}

__all__ = ["INTERACTIONS", "Interaction", "ObjectiveScore"]
