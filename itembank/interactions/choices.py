"""What the choice types share: shapes of content and response, all-or-nothing scoring.

``content`` is ``{"stimulus"?, "prompt", "choices": [{"id", "text"}]}``, ``key`` is ``{"choices": [ids]}`` and a
response ``{"choices": [ids]}``. Multiple choice is all-or-nothing, the common Chinese rule (错选、多选、少选均不得分).
"""

from decimal import Decimal
from typing import Any

from itembank.interactions.base import ObjectiveScore


def choice_ids(content: dict[str, Any]) -> list[str]:
    return [choice["id"] for choice in content.get("choices", [])]


class ChoiceInteraction:
    """Base of the three choice types; a subclass says how many choices may be picked."""

    name: str
    label: str
    scorer_name = "choices"
    scorer_version = "1"
    min_choices = 2
    max_choices = 8
    min_key = 1
    max_key = 1
    max_picked = 1

    def problems_of_item(self, content: dict[str, Any], key: dict[str, Any]) -> list[str]:
        problems = []
        ids, texts = (
            choice_ids(content),
            [choice.get("text", "").strip() for choice in content.get("choices", [])],
        )
        keys = key.get("choices", [])
        if not str(content.get("prompt", "")).strip():
            problems.append("题干为空，请填写题干。")
        if not self.min_choices <= len(ids) <= self.max_choices:
            problems.append(
                f"{self.label}应有 {self.min_choices}–{self.max_choices} 个选项，现有 {len(ids)} 个。"
            )
        if len(set(ids)) != len(ids) or len(set(texts)) != len(texts):
            problems.append("有重复的选项，请修改。")
        if "" in texts:
            problems.append("有空白的选项，请填写。")
        if not set(keys) <= set(ids):
            problems.append("答案里有不存在的选项，请核对答案。")
        if not self.min_key <= len(set(keys)) <= min(self.max_key, max(len(ids) - 1, 1)):
            problems.append(f"{self.label}的答案个数不对，请核对答案。")
        return problems

    def problem_of_response(self, content: dict[str, Any], response: Any) -> str | None:
        if not isinstance(response, dict) or set(response) != {"choices"}:
            return '选择类试题的作答应为 {"choices": ["选项编号"]}。'
        picked = response["choices"]
        if not isinstance(picked, list) or not all(isinstance(value, str) for value in picked):
            return "选项编号应为文字列表。"
        if len(set(picked)) != len(picked):
            return "同一选项只能选一次。"
        if not set(picked) <= set(choice_ids(content)):
            return "所选选项不在本题之中。"
        if len(picked) > self.max_picked:
            return f"本题最多选 {self.max_picked} 项。"
        return None

    def in_words(self, content: dict[str, Any], response: Any) -> str:
        picked = set(response["choices"])
        letters = zip("ABCDEFGH", content.get("choices", []), strict=False)
        return "；".join(f"{letter}. {one['text']}" for letter, one in letters if one["id"] in picked)

    def score(
        self, content: dict[str, Any], key: dict[str, Any], response: Any, points: Decimal
    ) -> ObjectiveScore:
        if response is None or self.problem_of_response(content, response) or not response["choices"]:
            return ObjectiveScore(Decimal(0), "未作答")
        right = set(response["choices"]) == set(key.get("choices", []))
        return ObjectiveScore(points if right else Decimal(0), "答案正确" if right else "答案不正确")
