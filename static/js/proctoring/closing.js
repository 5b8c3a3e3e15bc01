/* Closing a session cannot be undone: ask first, with figures that follow the room while the question stands. */

/** Returns `draw(people)`: people of the newest snapshot, or null before there is one. */
export function setUpClosing() {
  const button = document.querySelector('#move-form [value="close"]:not([disabled])');
  if (!button) return () => {};
  const dialog = document.getElementById("close-dialog");
  const figures = document.getElementById("close-figures");
  const confirm = dialog.querySelector("button[type=submit]");
  document.getElementById("close-cancel").addEventListener("click", () => dialog.close());
  button.addEventListener("click", (event) => {
    event.preventDefault();
    dialog.showModal();
  });
  return (people) => {
    // Nobody closes a room he has not seen yet.
    confirm.disabled = people === null;
    figures.textContent = people === null ? "正在读取考生情况，请稍候……" : sentence(people);
  };
}

function sentence(people) {
  const away = people.filter((person) => person.all.some((one) => one.state === "ready")).length;
  const working = people.filter((person) => ["in_progress", "paused"].includes(person.now.state)).length;
  return working ? `还有 ${working} 人正在答题，要等他们交卷后才能结束。` : `还有 ${away} 人没有参加或没有考完全部科目。`;
}
