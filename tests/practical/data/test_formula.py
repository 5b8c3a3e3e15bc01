"""The formula language of keys and of the candidate's sheet."""

from fractions import Fraction

import pytest

from itembank.practical.data.evaluation import Book, Scope, evaluate
from itembank.practical.data.evidence import working
from itembank.practical.data.formula import FormulaError, parse, used_answers
from itembank.practical.data.numbers import plain, read_number

# What the browser's twin (static/js/practical/data/formula.js) must give as well; see test_workbench.py.
SHEETS = {
    "表": {
        "columns": [{"title": "词"}, {"title": "类"}, {"title": "花费"}, {"title": "转化"}],
        "rows": [
            ["甲", "产品", 100, 2],
            ["乙", "品牌", 50.5, 0],
            ["丙", "产品", 20, 0],
            ["丁", "其他", 0.5, 8],
        ],
    },
    "另一张": {"columns": [{"title": "名"}, {"title": "率"}], "rows": [["a", 0.25], ["b", "无"]]},
}
VALUES = {
    "1+2*3": 7,
    "(1+2)*3": 9,
    "-2-3": -5,
    "2--3": 5,
    "10/4": "2.5",
    "8/2/2": 2,
    "5%*200": 10,
    "=C2": 100,
    "$C$2/D2": 50,
    "C9": 0,
    "SUM(C2:C5)": 171,
    "SUM(C1:D5)": 181,
    "SUM(C2,C3,1)": "151.5",
    "AVERAGE(C2:C5)": "42.75",
    "COUNT(A1:D5)": 8,
    "COUNT(C2:C9)": 4,
    "MIN(C2:C5)": "0.5",
    "MAX(C2:D5,7)": 100,
    'SUMIF(B2:B5,"产品",C2:C5)': 120,
    'SUMIF(B2:B5,"<>产品",C2:C5)': 51,
    'SUMIF(C2:C5,">=20")': "170.5",
    "SUMIF(D2:D5,0,C2:C5)": "70.5",
    "SUMIF(D2:D5,D3,C2:C5)": "70.5",
    'COUNTIF(D2:D5,"<>0")': 2,
    'COUNTIF(B2:B5,"=产品")': 2,
    'AVERAGEIF(B2:B5,"产品",C2:C5)': 60,
    'SUMIFS(C2:C5,B2:B5,"产品",D2:D5,0)': 20,
    'COUNTIFS(B2:B5,"产品",C2:C5,">20")': 1,
    'AVERAGEIFS(C2:C5,D2:D5,0,C2:C5,"<50")': 20,
    'COUNTIF(C2:C9,"")': 4,
    'COUNTIF(A2:D3,"<>产品")': 7,
    "MIN(A2:A5)": 0,
    "ROUND(2.5,0)": 3,
    "ROUND(-2.5,0)": -3,
    "ROUND(C3/3,2)": "16.83",
    "ROUND(171,-1)": 170,
    "另一张!B2*4": 1,
    "SUM(另一张!B2:B3)": "0.25",
    "（1＋2）×3": 9,
    "SUMIF(B2:B5，“产品”，C2:C5)": 120,
    "SUM( C5 : C2 )".replace(" : ", ":"): 171,
}
FAULTS = {
    "": "公式应为",
    "1+": "没有写完",
    "(1+2": "少了“)”",
    "1 2": "多了“2”",
    "*3": "多了“*”",
    "1/0": "除数为零",
    "A2+1": "是文字",
    '"甲"': "是文字",
    "C2:C5": "放在函数里",
    "AVERAGE(A2:A5)": "没有可以求平均的数值",
    "POWER(2,3)": "没有函数 POWER",
    "SUM()": "多了“)”",
    "ROUND(1)": "参数个数",
    "ROUND(1,0.5)": "位数",
    "ROUND(1,99)": "位数",
    'SUMIF(3,">1")': "区域",
    'SUMIF(B2:B5,"产品",C2:C4)': "大小不一致",
    'SUMIF(C2:C5,">产品")': "不能与文字比较",
    "SUMIFS(C2:C5,B2:B5,1,D2:D5)": "成对",
    "缺!A1": "没有名为“缺”的工作表",
    "[没有]": "前面没有名为“没有”",
    "__import__": "写法有误",
    "A2.value": "写法有误",
    "sum(C2:C5)": "写法有误",
    "SUM(A1:ZZ999)": "过大",
    "(" * 40 + "1" + ")" * 40: "过深",
    "-" * 40 + "1": "过深",
    "1+" * 200 + "1": "1～300",
}
BOOK = Book.of({"sheets": [{"title": title, **sheet} for title, sheet in SHEETS.items()]})


@pytest.mark.parametrize(("formula", "value"), VALUES.items(), ids=VALUES.keys())
def test_values(formula: str, value: object) -> None:
    assert evaluate(parse(formula), Scope(BOOK, {})) == Fraction(str(value))


@pytest.mark.parametrize(("formula", "words"), FAULTS.items(), ids=range(len(FAULTS)))
def test_faults(formula: str, words: str) -> None:
    with pytest.raises(FormulaError, match=words.replace("(", r"\(").replace(")", r"\)").replace("*", r"\*")):
        evaluate(parse(formula), Scope(BOOK, {}))


def test_answers_and_how_the_sum_is_shown() -> None:
    node = parse('([甲] - SUMIF(B2:B5, "产品", C2:C5)) / [率] * 2')
    scope = Scope(BOOK, {"甲": Fraction(420), "率": Fraction(1, 4)})
    assert used_answers(node) == ("甲", "率")
    assert evaluate(node, scope) == 2400
    assert working(node, scope, {"率": "%"}) == "(420 − 120) ÷ 25% × 2"
    assert working(parse("SUM(C2:C5)"), scope, {}) == ""


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("12", "元", "12"),
        ("1,234.50", "元", "1234.5"),
        ("7.29万", "元", "72900"),
        ("12 元/次", "元/次", "12"),
        (".5", "个", "0.5"),
        ("5.", "个", "5"),
        ("−3", "个", "-3"),
        ("12%", "%", "0.12"),
        (12, "%", "0.12"),
        (0.1, "元", "0.1"),
    ],
)
def test_reading_numbers(typed: object, unit: str, value: str) -> None:
    assert read_number(typed, unit) == Fraction(value)


@pytest.mark.parametrize(
    "typed",
    [
        *("", "约12", "12%", "1,23", "1.2.3", "1e3", "12 元 元", "--1", "٣", "1/3", "NaN", "9" * 41),
        *(None, True, [12], {}, float("nan"), float("inf"), 1e300, 10**50),
    ],
)
def test_what_is_no_number(typed: object) -> None:
    assert read_number(typed, "元") is None


def test_writing_numbers() -> None:
    assert plain(Fraction(2, 3)) == "0.6667"
    assert plain(Fraction(20, 3), "元") == "6.67 元"
    assert plain(Fraction(281, 10000), "%") == "2.81%"
    assert plain(Fraction(-1, 10**9)) == "0"
    assert plain(Fraction(10**30), "个") == "1.00E+30 个"
