/** Editor of the two-level menu. */

import { button, h, uid } from "../shared/dom.js";
import { selectControl, textControl } from "../shared/controls.js";
import { SAFETY } from "../shared/text.js";

export function renderMenu(screen, ctx) {
  const menu = ctx.store.doc.menu || [];
  const limit = ctx.content.limits.menu;
  return h(
    "div",
    { class: "pc-stack" },
    !menu.length && h("p", { class: "pc-empty" }, "还没有菜单。点“添加一级菜单”开始。"),
    menu.map((entry, index) => renderEntry(entry, index, menu.length, screen, ctx)),
    !ctx.readOnly &&
      button("＋ 添加一级菜单", {
        class: "pc-btn-main pc-btn-wide",
        disabled: menu.length >= limit,
        "data-focus": "menu:add",
        on: {
          click: () => {
            ctx.store.change({ label: "添加一级菜单", screen: screen.id }, (doc) => {
              doc.menu = [...(doc.menu || []), { name: "" }];
            });
            ctx.refresh(`menu:${menu.length}:name`);
          },
        },
      }),
    !ctx.readOnly && menu.length >= limit && h("p", { class: "pc-hint" }, `一级菜单最多 ${limit} 个。`),
  );
}

function renderEntry(entry, index, count, screen, ctx) {
  const label = `一级菜单 ${index + 1}`;
  const headId = uid("menu");
  const below = Array.isArray(entry.sub) ? entry.sub : [];
  const limits = ctx.content.limits;
  const at = { screen, ctx, key: `menu:${index}`, label, find: (doc) => doc.menu[index], list: (doc) => doc.menu, index, count, focusEmpty: "menu:add", keyOf: (i) => `menu:${i}` };
  return h(
    "section",
    { class: "pc-card", "aria-labelledby": headId },
    h("div", { class: "pc-card-head" }, h("h4", { id: headId }, label), actions(at)),
    h("div", { class: "pc-leaf" }, nameField(entry, at, limits.menu_name), !below.length && targetFields(entry, at)),
    below.length > 0 &&
      h(
        "ol",
        { class: "pc-sub" },
        below.map((leaf, sub) => renderLeaf(leaf, index, sub, below.length, screen, ctx)),
      ),
    !ctx.readOnly &&
      below.length < limits.sub &&
      button("＋ 添加二级菜单", {
        "aria-label": `在${label}下添加二级菜单`,
        "data-focus": `menu:${index}:addsub`,
        on: {
          click: () => {
            const hadTarget = entry.type || entry.target;
            ctx.store.change({ label: "添加二级菜单", screen: screen.id }, (doc) => {
              const menu = doc.menu[index];
              delete menu.type;
              delete menu.target;
              menu.sub = [...(menu.sub || []), { name: "" }];
            });
            ctx.refresh(`menu:${index}:${below.length}:name`);
            if (hadTarget) ctx.announce("有了二级菜单，这个一级菜单就不再直接打开内容，原来的设置已清除。");
          },
        },
      }),
  );
}

function renderLeaf(leaf, index, sub, count, screen, ctx) {
  const label = `一级菜单 ${index + 1} 的二级菜单 ${sub + 1}`;
  const at = {
    screen,
    ctx,
    key: `menu:${index}:${sub}`,
    label,
    find: (doc) => doc.menu[index].sub[sub],
    list: (doc) => doc.menu[index].sub,
    // An entry whose last second-level entry goes is a plain entry again and carries no empty list.
    after: (doc) => !doc.menu[index].sub.length && delete doc.menu[index].sub,
    index: sub,
    count,
    focusEmpty: `menu:${index}:addsub`,
    keyOf: (i) => `menu:${index}:${i}`,
  };
  return h(
    "li",
    { class: "pc-sub-item" },
    h("div", { class: "pc-card-head" }, h("h5", {}, `二级菜单 ${sub + 1}`), actions(at)),
    h("div", { class: "pc-leaf" }, nameField(leaf, at, ctx.content.limits.sub_name), targetFields(leaf, at)),
  );
}

function actions({ screen, ctx, label, list, after, index, count, focusEmpty, keyOf }) {
  if (ctx.readOnly) return null;
  const move = (to) => {
    ctx.store.change({ label: `移动${label}`, screen: screen.id }, (doc) => {
      const all = list(doc);
      all.splice(to, 0, ...all.splice(index, 1));
    });
    ctx.refresh(`${keyOf(to)}:move`);
  };
  const remove = () => {
    ctx.store.change({ label: `删除${label}`, screen: screen.id }, (doc) => {
      list(doc).splice(index, 1);
      if (after) after(doc);
    });
    ctx.refresh(index < count - 1 ? `${keyOf(index)}:delete` : focusEmpty);
    ctx.announce(`已删除${label}，可以点“撤销”恢复。`);
  };
  const first = index === 0;
  return h(
    "div",
    { class: "pc-row" },
    button("上移", { disabled: first, "aria-label": `${label}上移`, "data-focus": first ? null : `${keyOf(index)}:move`, on: { click: () => move(index - 1) } }),
    button("下移", { disabled: index === count - 1, "aria-label": `${label}下移`, "data-focus": first ? `${keyOf(index)}:move` : null, on: { click: () => move(index + 1) } }),
    button("删除", { class: "pc-btn-danger", "aria-label": `删除${label}`, "data-focus": `${keyOf(index)}:delete`, on: { click: remove } }),
  );
}

function nameField(entry, at, limit) {
  return textControl({
    label: "名称",
    value: entry.name,
    limit,
    cap: SAFETY.name,
    focus: `${at.key}:name`,
    readOnly: at.ctx.readOnly,
    onInput: (value) => set(at, "name", value, `修改${at.label}的名称`, `${at.key}:name`),
  });
}

function targetFields(entry, at) {
  const types = at.screen.types;
  const type = types.find((t) => t.value === entry.type);
  return [
    selectControl({
      label: "点击后",
      value: entry.type,
      options: types,
      focus: `${at.key}:type`,
      readOnly: at.ctx.readOnly,
      onPick: (value) => {
        at.ctx.store.change({ label: `修改${at.label}`, screen: at.screen.id }, (doc) => {
          const found = at.find(doc);
          delete found.target; // what was chosen belongs to the former type
          if (value) found.type = value;
          else delete found.type;
        });
        at.ctx.refresh(`${at.key}:type`);
      },
    }),
    type && targetField(type, entry, at),
  ];
}

function targetField(type, entry, at) {
  const common = { label: type.target_label, value: entry.target, focus: `${at.key}:target`, readOnly: at.ctx.readOnly };
  const put = (value) => set(at, "target", value, `修改${at.label}`, `${at.key}:target`);
  return type.targets
    ? selectControl({ ...common, options: type.targets, onPick: put })
    : textControl({ ...common, cap: SAFETY.target, onInput: put });
}

function set(at, name, value, label, merge) {
  at.ctx.store.change({ label, screen: at.screen.id, merge }, (doc) => {
    const found = at.find(doc);
    if (value === "" && name !== "name") delete found[name];
    else found[name] = value;
  });
}
