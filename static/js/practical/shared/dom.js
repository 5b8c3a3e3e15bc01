/**
 * Small DOM builder. Strings become text nodes, never markup, so nothing a candidate typed can turn into elements.
 */

/**
 * @param {string} tag
 * @param {Object} [props] `class`, `on` (event handlers), `value`/`checked` (properties), anything else an attribute.
 *   null, undefined and false leave an attribute out; true sets it empty.
 * @param {...(Node|string|null|undefined|false|Array)} children
 */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") {
      for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    } else if (name === "class") {
      node.className = value;
    } else if (name === "checked") {
      node.checked = true;
    } else if (name !== "value" || tag === "option" || node.type === "radio" || node.type === "checkbox") {
      node.setAttribute(name, value === true ? "" : String(value));
    }
  }
  append(node, children);
  // A select takes its value only once its options are there.
  if (props && "value" in props && (tag === "select" || tag === "textarea" || (tag === "input" && isTyped(node)))) {
    node.value = props.value ?? "";
  }
  return node;
}

function isTyped(node) {
  return node.type !== "radio" && node.type !== "checkbox";
}

function append(node, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(node, child);
    else if (child !== null && child !== undefined && child !== false) node.append(child);
  }
}

let last = 0;

/** An id no other element on the page has; several workbenches may share one page. */
export function uid(stem) {
  last += 1;
  return `pc-${stem}-${last}`;
}

/** A button that never submits a form around the workbench. */
export function button(label, props = {}, ...more) {
  return h("button", { type: "button", ...props, class: `pc-btn ${props.class || ""}`.trim() }, label, ...more);
}
