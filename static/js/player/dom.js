/** Small DOM builder. Strings become text nodes, never markup. */

export const byId = (id) => document.getElementById(id);

/** `props`: `class`, `on` (event handlers), anything else an attribute; null and false leave an attribute out. */
export function h(tag, props, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name === "on") for (const [event, handler] of Object.entries(value)) node.addEventListener(event, handler);
    else if (name === "class") node.className = value;
    else if (name === "checked") node.checked = true;
    else node.setAttribute(name, value === true ? "" : String(value));
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** Wait; `wake` (an object) gets a function `now` that ends the wait early. */
export function sleep(ms, wake = {}) {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    wake.now = () => {
      clearTimeout(timer);
      resolve();
    };
  });
}

/** Values kept for this tab or this browser; where storage is forbidden the page works without. */
export function keep(storage, name, value) {
  try {
    storage().setItem(name, value);
  } catch {
    // Nothing to do: only marks and the place in the form are kept here, never responses.
  }
}

export function kept(storage, name) {
  try {
    return storage().getItem(name);
  } catch {
    return null;
  }
}

export const ofTab = () => window.sessionStorage;
export const ofBrowser = () => window.localStorage;
