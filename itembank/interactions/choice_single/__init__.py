"""单选题: four choices or so, exactly one is right."""

from itembank.interactions.choices import ChoiceInteraction


class ChoiceSingle(ChoiceInteraction):
    name = "choice_single"
    label = "单选题"
    min_choices = 3
