/** The page of a rater: the candidate's work in its own workbench, read only. */

const desk = document.getElementById("desk");
const { content, response } = JSON.parse(document.getElementById("work").textContent);

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
