/* Runs only where modules are unknown: such a browser cannot open the exam's pages. Hence in the old language. */
document.getElementById("too-old").hidden = false;
document.getElementById("progress").hidden = true;
