/** Screen for tagging users: what each of them did, and one tag to choose. */

import { h } from "../shared/dom.js";
import { selectControl } from "../shared/controls.js";
import { put } from "../shared/store.js";

export function renderTags(screen, ctx) {
  const chosen = ctx.store.doc.tags || {};
  return h(
    "ul",
    { class: "pc-users" },
    screen.users.map((user) =>
      h(
        "li",
        { class: "pc-user" },
        h("span", { class: "pc-avatar", "aria-hidden": "true" }, [...user.name][0]),
        h(
          "div",
          { class: "pc-user-text" },
          h("h4", {}, user.name),
          h("ul", {}, user.facts.map((fact) => h("li", {}, fact))),
        ),
        selectControl({
          label: `${user.name}的标签`,
          hideLabel: true,
          value: chosen[user.id],
          options: screen.tags,
          focus: `tag:${user.id}`,
          readOnly: ctx.readOnly,
          onPick: (value) =>
            ctx.store.change({ label: `给“${user.name}”打标签`, screen: screen.id }, (doc) => put(doc, `tags.${user.id}`, value)),
        }),
      ),
    ),
  );
}
