/* Shows the print button only where it works; without scripts the hint beside it is enough. */
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
