/** What the sheet can do, and what a failed formula wants, in plain words. */

import { h } from "../shared/dom.js";

const HELP = [
  ["计算", "在空白的格里输入等号和算式，如 =G2/F2，按 Enter 完成。输入时可以点选单元格。"],
  ["函数", "SUM 求和，AVERAGE 平均，COUNT 计数，MAX 最大，MIN 最小，ROUND 四舍五入。"],
  ["带条件", '=SUMIF(条件区域,"条件",求和区域)，COUNTIF、AVERAGEIF 相同；多个条件用 =SUMIFS(求和区域,条件区域,"条件",…)。'],
  ["填充", "算好一格，点“向下填充”，同一列的其他数据行照样算。"],
  ["查看", "点列标排序和筛选；拖动选中多格，表的下方显示求和、平均和计数。"],
  ["别的表", "引用另一张表时写上表名，如 =商品!G2。"],
];

/** The word in the cell -> the sentence below the sheet. */
export const WHY = {
  写法有误: "算式写法有误，请检查括号、逗号和单元格地址。",
  没有这个函数: "没有这个函数，可用的函数见“怎样在表里计算”。",
  除数为零: "除数是零或空白，不能相除。",
  不是数值: "引用的格里是文字，不能计算。",
  引用无效: "引用的工作表或单元格不存在。",
  循环引用: "算式绕了一圈又用到自己。",
  区域大小不一致: "条件区域和计算区域的行数、列数要相同。",
  条件有误: "文字不能比较大小，请改条件。",
  没有数值: "选中的格里没有数值。",
};

export function renderHelp() {
  return h(
    "details",
    { class: "da-help" },
    h("summary", {}, "怎样在表里计算"),
    h("dl", {}, HELP.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, text)))),
  );
}
