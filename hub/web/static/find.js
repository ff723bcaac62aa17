// Suggestions while typing, in every search box (data-search): an ARIA combobox over /search/suggest.
// Only the newest question counts: what was asked before is cancelled. Without this file the box is a plain form.
"use strict";
(() => {
  const WAIT = 120; // milliseconds of rest before asking
  let serial = 0;

  const equip = (box) => {
    if (box.dataset.ready) return;
    box.dataset.ready = "1";
    const list = document.createElement("div");
    const name = `q-offers-${serial += 1}`;
    list.id = name;
    list.className = "q-offers";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.getAttribute("aria-label") || "");
    box.after(list);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-expanded", "false");
    box.setAttribute("aria-controls", name);

    let typed = box.value; // what the person wrote, while an offer is chosen with the arrows
    let chosen = -1;
    let asking = null;
    let timer = 0;
    const options = () => [...list.querySelectorAll("[role=option]")];

    const close = () => {
      clearTimeout(timer);
      if (asking) asking.abort();
      asking = null;
      list.hidden = true;
      chosen = -1;
      box.setAttribute("aria-expanded", "false");
      box.removeAttribute("aria-activedescendant");
    };

    const choose = (place) => {
      const all = options();
      chosen = place;
      all.forEach((option, n) => option.setAttribute("aria-selected", String(n === place)));
      if (place < 0) {
        box.removeAttribute("aria-activedescendant");
        return;
      }
      box.setAttribute("aria-activedescendant", all[place].id);
      all[place].scrollIntoView({ block: "nearest" });
    };

    const show = (html) => {
      list.innerHTML = html;
      const all = options();
      all.forEach((option, n) => { option.id = `${name}-${n}`; });
      chosen = -1;
      box.removeAttribute("aria-activedescendant");
      list.hidden = !all.length || document.activeElement !== box;
      box.setAttribute("aria-expanded", String(!list.hidden));
      const live = document.getElementById("q-live");
      if (live && !list.hidden) live.textContent = box.dataset.search.replace("%(n)s", String(all.length));
    };

    const ask = async () => {
      if (asking) asking.abort();
      const mine = asking = new AbortController();
      try {
        const answer = await fetch(`/search/suggest?q=${encodeURIComponent(box.value)}`, {
          signal: mine.signal, headers: { accept: "text/html" }, redirect: "error",
        });
        const html = answer.ok ? await answer.text() : "";
        if (mine === asking) show(html);
      } catch (error) {
        if (mine === asking) close(); // no suggestions are no error: the box still searches
      }
    };
    const soon = (milliseconds) => {
      clearTimeout(timer);
      timer = setTimeout(ask, milliseconds);
    };

    box.addEventListener("input", (event) => {
      typed = box.value;
      if (!event.isComposing) soon(WAIT); // letters of an input method are no words yet
    });
    box.addEventListener("compositionend", () => soon(WAIT));
    box.addEventListener("focus", () => { if (!box.value) soon(0); });
    box.addEventListener("blur", () => close());
    list.addEventListener("mousedown", (event) => event.preventDefault()); // a click must not take the focus first
    box.addEventListener("keydown", (event) => {
      if (event.isComposing) return;
      const all = list.hidden ? [] : options();
      if (event.key === "Escape" && all.length) {
        event.preventDefault();
        event.stopPropagation();
        box.value = typed;
        close();
      } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        if (!all.length) {
          soon(0);
          return;
        }
        const step = event.key === "ArrowDown" ? 1 : -1;
        choose((chosen + 1 + step + all.length + 1) % (all.length + 1) - 1);
      } else if (event.key === "Enter" && chosen >= 0) {
        event.preventDefault();
        location.assign(all[chosen].href);
      }
    });
    if (box.form) box.form.addEventListener("submit", close);
  };

  const equipAll = () => document.querySelectorAll("input[data-search]:not([data-search=\"\"])").forEach(equip);
  document.addEventListener("DOMContentLoaded", equipAll);
  document.addEventListener("htmx:load", equipAll);
})();
