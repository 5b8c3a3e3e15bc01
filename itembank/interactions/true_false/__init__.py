"""判断题: the choices are always 正确 and 错误."""

from typing import Any

from itembank.interactions.choices import ChoiceInteraction, choice_ids


class TrueFalse(ChoiceInteraction):
    name = "true_false"
    label = "判断题"
    max_choices = 2

    def problems_of_item(self, content: dict[str, Any], key: dict[str, Any]) -> list[str]:
        problems = super().problems_of_item(content, key)
        if choice_ids(content) != ["true", "false"]:
            problems.append("判断题的选项应为“正确”和“错误”。")
        return problems
