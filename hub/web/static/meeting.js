// The table of a review meeting: the clock moves on, and a digit chooses an outcome. Everything works without this file.
"use strict";
(() => {
  const clock = document.querySelector("[data-clock]");
  if (clock && "runs" in clock.dataset) {
    const start = Date.now() - Number(clock.dataset.clock) * 1000;
    const two = (n) => String(n).padStart(2, "0");
    setInterval(() => {
      const s = Math.floor((Date.now() - start) / 1000);
      clock.textContent = `${two(Math.floor(s / 3600))}:${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
    }, 1000);
  }
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input:not([type=radio]), textarea, select, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const choice = document.querySelector(`[data-digit="${event.key}"]`);
    if (choice) {
      choice.checked = true;
      choice.focus();
    }
  });
})();
