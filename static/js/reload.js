/* Looks again in a few seconds while something is being made, unless the person is busy with the page. */
setTimeout(() => {
  if (!document.querySelector("form :focus")) location.reload();
}, 3000);
