"""A formula as a person would write it down, with the numbers put in."""

from collections.abc import Mapping

from itembank.practical.data.evaluation import Scope, evaluate
from itembank.practical.data.formula import Answer, Group, Negative, Node, Number, Operation
from itembank.practical.data.numbers import plain

SIGNS = {"+": "+", "-": "−", "*": "×", "/": "÷"}


def working(node: Node, scope: Scope, units: Mapping[str, str]) -> str:
    """The sum behind a number, e.g. `2160 ÷ 77000`; nothing where there is nothing to write down.

    A function over the sheet is shown as its value: the candidate sees the table."""
    while isinstance(node, Group):
        node = node.inner
    return _written(node, scope, units) if isinstance(node, Operation | Negative) else ""


def _written(node: Node, scope: Scope, units: Mapping[str, str]) -> str:
    if isinstance(node, Number):
        return node.shown
    if isinstance(node, Group):
        return f"({_written(node.inner, scope, units)})"
    if isinstance(node, Negative):
        return f"−{_written(node.inner, scope, units)}"
    if isinstance(node, Operation):
        left, right = _written(node.left, scope, units), _written(node.right, scope, units)
        return f"{left} {SIGNS[node.sign]} {right}"
    unit = units.get(node.name, "") if isinstance(node, Answer) else ""
    return plain(evaluate(node, scope), unit if unit == "%" else "")
