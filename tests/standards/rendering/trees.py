"""Invented standards drawn by Hypothesis: what the renderers write and the parser must give back."""

from hypothesis import strategies as st

from standards.parsing.levels import LEVELS
from standards.parsing.tree import (
    AreaNode,
    BibliographyNode,
    LevelNode,
    MajorNode,
    NormativeNode,
    RequirementNode,
    StandardNode,
    TaskNode,
    TermNode,
)

OCCUPATIONS = ("智能养老照护", "茶艺服务", "无人机植保", "咖啡调制", "古籍修复")
WORDS = (
    "服务对象",
    "作业流程",
    "设备参数",
    "现场环境",
    "风险等级",
    "记录表单",
    "沟通话术",
    "成本预算",
    "操作规范",
    "质量标准",
)
VERBS = ("能制定", "能完成", "掌握", "了解", "能根据", "熟悉")
# Numbers that look like codes and are none: what stands before and after them makes them part of the sentence.
REFERRED = ("按第 {} 条", "参照 {} 的要求", "（见 {}）", "对照 {} 和 {}", "“{}”中")
TAILS = (
    "进行核对",
    "在 5 分钟内完成",
    "并使用 HTML5 工具",
    "（含 KOL 名单）",
    "使误差不超过 3.5 倍",
    "，完成“双人复核”",
    "、以及 B2B 渠道",
)
numbers = st.tuples(st.integers(1, 9), st.integers(1, 12), st.integers(1, 12)).map(
    "{0[0]}.{0[1]}.{0[2]}".format
)
names = st.builds(
    lambda a, b, latin: f"{a}{b}" + (f" {latin}" if latin else ""),
    st.sampled_from(WORDS),
    st.sampled_from(("管理", "设置", "分析", "优化", "与复盘")),
    st.sampled_from(("", "", "", "SEM", "HTML5")),
)


@st.composite
def sentences(draw: st.DrawFn) -> str:
    """A requirement: one sentence, sometimes with something in it that looks like a code."""
    text = draw(st.sampled_from(VERBS)) + draw(st.sampled_from(WORDS))
    if draw(st.booleans()):
        pattern = draw(st.sampled_from(REFERRED))
        text += "，" + pattern.format(*(draw(numbers) for _ in range(pattern.count("{}"))))
        text += draw(st.sampled_from(WORDS))
    return text + draw(st.sampled_from(("", *TAILS))) + "。"


def _task(draw: st.DrawFn, area: int, number: int, most: int) -> TaskNode:
    code, name = f"{area}.{number}", draw(names)
    texts = [draw(sentences()) for _ in range(draw(st.integers(1, most)))]
    return TaskNode(
        code, number, name, name, 0,
        [RequirementNode(f"{code}.{index}", index, text, 0) for index, text in enumerate(texts, 1)],
    )  # fmt: skip


@st.composite
def standards(draw: st.DrawFn, *, largest: int = 3) -> StandardNode:
    """A whole standard. Counts are small on average; one task may have thirteen requirements."""
    occupation = draw(st.sampled_from(OCCUPATIONS))
    levels = []
    for level in LEVELS[: draw(st.integers(2, 3))]:
        areas = []
        for area in range(1, draw(st.integers(1, largest)) + 1):
            tasks = [
                _task(draw, area, number, draw(st.sampled_from((3, 3, 3, 13))))
                for number in range(1, draw(st.integers(1, largest)) + 1)
            ]
            name = draw(names)
            areas.append(AreaNode(area, name, name, 0, tasks))
        jobs = draw(
            st.lists(st.sampled_from(("照护员", "茶艺师", "植保员", "KOL 运营")), min_size=1, unique=True)
        )
        levels.append(
            LevelNode(
                level,
                f"表 {len(levels) + 1} {occupation}职业技能等级要求（{level}）",
                0,
                f"主要面向相关企业的岗位，完成{'、'.join(jobs)}等工作。",
                f"主要面向相关企业中从事{draw(st.sampled_from(WORDS))}管理的人员，按要求完成工作。",
                areas=areas,
                occupations=jobs,
            )
        )
    return StandardNode(
        code=draw(st.from_regex(r"[1-9][0-9]{5}", fullmatch=True)),
        version=f"{draw(st.integers(1, 12))}.0",
        year=draw(st.integers(2019, 2026)),
        title=f"{occupation}职业技能等级标准",
        publisher=f"{draw(st.sampled_from(('青禾', '启明')))}职业培训有限公司",
        rights_notice="声明：本标准的知识产权归属于制定单位，未经同意，不得印刷、销售。",
        levels=levels,
        terms=[
            TermNode(f"3.{index}", name, english, f"用于说明{name}的一种方式。", 0)
            for index, (name, english) in enumerate(
                draw(
                    st.lists(
                        st.tuples(st.sampled_from(WORDS), st.sampled_from(("Service Flow", ""))),
                        max_size=4,
                        unique_by=lambda pair: pair[0],
                    )
                ),
                1,
            )
        ],
        normative=[
            NormativeNode(f"GB/T {number}", year, "服务规范 第1部分：通则", "", 0)
            for number, year in draw(
                st.dictionaries(st.integers(10000, 49999), st.none() | st.integers(1990, 2025), max_size=4)
            ).items()
        ],
        bibliography=[
            BibliographyNode(index, f"{word}办法[S].{2000 + index}.", 0)
            for index, word in enumerate(draw(st.lists(st.sampled_from(WORDS), max_size=4, unique=True)), 1)
        ],
        majors=[
            MajorNode(catalogue, school, name, True, 0)
            for catalogue in ("old", "new")
            for school in ("中等职业学校", "应用型本科学校")
            for name in draw(
                st.lists(
                    st.sampled_from(("护理", "市场营销", "茶艺（茶文化、茶营销）")), min_size=1, unique=True
                )
            )
        ],
        drafting_units=["青禾职业培训有限公司", "启明职业学院"],
        drafters=["甲一", "乙二"],
    )


def said(tree: StandardNode) -> dict[str, object]:
    """What two readings of one standard must agree in: everything it says, nothing of where it stood."""
    whole = tree.canonical()
    for name in ("metadata", "rights_notice"):
        del whole[name]
    for reference in whole["normative"]:
        del reference["text"]
    return whole
