"""From a tree and a layout to the pages of an office's document, before any file format."""

from dataclasses import dataclass

from standards.parsing.tree import LevelNode, StandardNode

HEADER = ("工作领域", "工作任务", "职业技能要求")


@dataclass(frozen=True)
class Layout:
    """How an office sets a standard.

    :param rows: requirements of one table row: "task" (all of a task) or "one".
    :param repeat: merged cells repeat on every row instead of staying blank.
    :param header_every: the head is printed again after so many rows; 0: only once, None: never.
    :param tight: no white space in captions.
    :param furniture: running headers, page numbers and 续表 captions between rows.
    :param wide_digits: full-width digits in codes.
    """

    rows: str = "task"
    repeat: bool = False
    header_every: int | None = 0
    tight: bool = False
    furniture: bool = False
    wide_digits: bool = False


@dataclass(frozen=True)
class Row:
    """Area and task are "" where they go on from the row above."""

    area: str
    task: str
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    rows: tuple[Row, ...]
    # Printed above the rows: the head, or nothing.
    headed: bool


Block = str | Table
_WIDE = str.maketrans("0123456789.", "０１２３４５６７８９．")


def blocks_of(tree: StandardNode, layout: Layout) -> list[Block]:
    """The document in its order: lines of text and tables."""
    occupation = tree.title.removesuffix("职业技能等级标准")
    found: list[Block] = [
        tree.title,
        f"标准代码：{tree.code}",
        f"（{tree.year} 年 {tree.version} 版）",
        f"{tree.publisher} 制定",
        "前 言",
        "本标准按照 GB/T 1.1-2020 的规定起草。",
        f"本标准主要起草单位：{'、'.join(tree.drafting_units)}。",
        f"本标准主要起草人：{'、'.join(tree.drafters)}。",
        tree.rights_notice,
        "1 范围",
        "本标准适用于相关人员的培训、考核与评价。",
        "2 规范性引用文件",
        "下列文件对于本文件的应用是必不可少的。",
    ]
    for one in tree.normative:
        found.append(f"{one.code}{f'-{one.year}' if one.year else ''} {one.title}")
    found.append("3 术语和定义")
    for term in tree.terms:
        found += [f"{term.number} {term.name} {term.english}".strip(), term.definition]
    found.append("4 适用院校专业")
    for catalogue, heading in (("old", "4.1 参照原版专业目录"), ("new", "4.2 参照新版职业教育专业目录")):
        found.append(heading)
        for school in ("中等职业学校", "应用型本科学校"):
            names = [
                one.name for one in tree.majors if (one.catalogue, one.school_type) == (catalogue, school)
            ]
            found.append(f"{school}：{'、'.join(names)}等。")
    found.append("5 面向职业岗位（群）")
    found += [f"【{occupation}】（{level.code}）：{level.occupation_description}" for level in tree.levels]
    count = {2: "两", 3: "三"}[len(tree.levels)]
    found += [
        "6 职业技能要求",
        "6.1 职业技能等级划分",
        f"职业技能等级分为{count}个等级：{'、'.join(level.code for level in tree.levels)}。高级别涵盖低级别职业技能要求。",
    ]
    found += [f"【{occupation}】（{level.code}）：{level.grading_description}" for level in tree.levels]
    found.append("6.2 职业技能等级要求描述")
    for level in tree.levels:
        caption = level.caption.replace(" ", "") if layout.tight else level.caption
        found += [caption, *_tables(level, caption, tree.title, layout)]
    found.append("参考文献")
    found += [f"[{entry.number}] {entry.text}" for entry in tree.bibliography]
    return found


def _tables(level: LevelNode, caption: str, title: str, layout: Layout) -> list[Block]:
    """One table, or several where pages divide it."""
    rows = list(_rows(level, layout))
    if not layout.header_every:
        return [Table(tuple(rows), layout.header_every is not None)]
    found: list[Block] = []
    for start in range(0, len(rows), layout.header_every):
        if start and layout.furniture:
            found += [f"— {start} —", title, f"续{caption}"]
        found.append(Table(tuple(rows[start : start + layout.header_every]), True))
    return found


def _rows(level: LevelNode, layout: Layout) -> list[Row]:
    found = []
    for area in level.areas:
        area_cell = f"{_code(str(area.number), layout)}. {area.name}"
        for task_index, task in enumerate(area.tasks):
            task_cell = f"{_code(task.code, layout)} {task.name}"
            texts = [f"{_code(one.code, layout)} {one.text}" for one in task.requirements]
            cells = [tuple(texts)] if layout.rows == "task" else [(text,) for text in texts]
            for index, requirements in enumerate(cells):
                first_of_area = not task_index and not index
                found.append(
                    Row(
                        area_cell if first_of_area or layout.repeat else "",
                        task_cell if not index or layout.repeat else "",
                        requirements,
                    )
                )
    return found


def _code(code: str, layout: Layout) -> str:
    return code.translate(_WIDE) if layout.wide_digits else code
