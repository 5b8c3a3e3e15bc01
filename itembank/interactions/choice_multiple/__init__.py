"""多选题: at least two right choices and at least one wrong one; all-or-nothing."""

from itembank.interactions.choices import ChoiceInteraction


class ChoiceMultiple(ChoiceInteraction):
    name = "choice_multiple"
    label = "多选题"
    min_choices = 4
    min_key = 2
    max_key = 8
    max_picked = 8
