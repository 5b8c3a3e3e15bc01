/* The print button of paper-like pages. */
document.getElementById("print").addEventListener("click", () => window.print());
