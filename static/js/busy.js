/* A form that takes a moment says so, and is sent once: <form data-busy="正在读取……">. */
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    const button = form.querySelector("button[type=submit]");
    const label = button.textContent;
    button.disabled = true;
    button.textContent = form.dataset.busy;
    // A page taken from the browser's history is used again.
    window.addEventListener("pageshow", () => { button.disabled = false; button.textContent = label; }, { once: true });
  });
}
