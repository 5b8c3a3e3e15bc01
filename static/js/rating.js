/** The page of a rater: the candidate's work in its own workbench, read only; what is chosen stays over a reload. */

const desk = document.getElementById("desk");
const { content, response } = JSON.parse(document.getElementById("work").textContent);
const form = document.querySelector(".rate__form");
const draft = `rating.${window.location.pathname}`;

/** Levels and remark that were not handed in: kept in this tab only. */
function keepDraft() {
  const fields = [...new FormData(form)].filter(([name]) => name === "remark" || name.startsWith("level-"));
  try {
    sessionStorage.setItem(draft, JSON.stringify(fields));
  } catch {
    // Where nothing may be kept, the page works without.
  }
}

function takeDraft() {
  let fields;
  try {
    fields = JSON.parse(sessionStorage.getItem(draft)) || [];
  } catch {
    return;
  }
  for (const [name, value] of fields) {
    const field = form.elements[name];
    if (field && !field.value) field.value = value; // what the server shows again is what was sent last
  }
}

takeDraft();
form.addEventListener("input", keepDraft);

try {
  const { mount } = await import(desk.dataset.module);
  mount(desk, { content, response, readOnly: true });
} catch {
  const note = document.createElement("p");
  note.className = "notice notice--error";
  note.setAttribute("role", "alert");
  note.textContent = "作品没有打开，请检查网络后刷新页面。";
  desk.replaceChildren(note);
}
