/* A form that takes a moment says so, and is sent once: <form data-busy="正在读取……">. A button may have words of its own. */
for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", (event) => {
    const buttons = [...form.querySelectorAll("button[type=submit]")];
    const button = event.submitter || buttons[0];
    const label = button.textContent;
    button.textContent = button.dataset.busy || form.dataset.busy;
    // The name of a disabled button is not sent, so the browser reads the form first.
    setTimeout(() => buttons.forEach((one) => { one.disabled = true; }));
    // A page taken from the browser's history is used again.
    window.addEventListener("pageshow", () => {
      buttons.forEach((one) => { one.disabled = false; });
      button.textContent = label;
    }, { once: true });
  });
}
