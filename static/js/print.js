/* The print button of paper-like pages; it may be hidden where it would not work without scripts. */
const button = document.getElementById("print");
button.hidden = false;
button.addEventListener("click", () => window.print());
