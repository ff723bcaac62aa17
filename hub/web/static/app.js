// What pages do beyond plain HTML. Every action works without this file; it only saves clicks.
// No inline script anywhere and no eval (strict CSP).
"use strict";
(() => {
  const $ = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];

  // "/" puts the cursor into the search box, as long as nobody is typing elsewhere.
  document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (event.key === "/" && !typing && !event.ctrlKey && !event.metaKey && !event.altKey) {
      const box = all("[data-search]").find((input) => input.offsetParent !== null);
      if (box) {
        event.preventDefault();
        box.focus();
        box.select();
      } else if ($("[data-search]")) { // a phone hides the box on some pages
        event.preventDefault();
        location.assign("/search");
      }
    }
    if (event.key === "Escape") {
      const open = event.target.closest("details[data-menu][open]") || $("details[data-menu][open]");
      if (open) {
        open.open = false;
        $("summary", open).focus();
      }
    }
  });

  // A menu closes when the reader clicks elsewhere or opens another one.
  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  // data-sheet="class": opens a sheet of a phone. The class sits on the body, so that the sheet stays open while its content changes;
  // without scripts the same link opens it by its address (#filters).
  let sheetFrom = null;
  const closeSheet = () => {
    if (!sheetFrom) return;
    document.body.classList.remove(sheetFrom.dataset.sheet);
    const back = $(`[data-sheet="${sheetFrom.dataset.sheet}"]`);
    sheetFrom = null;
    if (back) back.focus();
  };
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-sheet]");
    if (opener) {
      event.preventDefault();
      sheetFrom = opener;
      document.body.classList.add(opener.dataset.sheet);
      const first = $("a, button, input:not([type=hidden])", $(opener.getAttribute("href")));
      if (first) first.focus();
    } else if (event.target.closest("[data-sheet-close]") && sheetFrom) {
      event.preventDefault();
      closeSheet();
    }
  });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") closeSheet(); });

  // data-copy="text" or data-copy-from="#id": into the clipboard, and say so on the button.
  const copyPlain = (text) => {
    const area = document.createElement("textarea");
    area.value = text;
    area.className = "visually-hidden";
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  };
  const copy = async (text) => {
    if (navigator.clipboard && window.isSecureContext) {
      await navigator.clipboard.writeText(text);
      return true;
    }
    return copyPlain(text); // a company network often has no TLS, where the clipboard is closed to pages
  };
  const say = (text) => {
    const live = $("#q-live");
    if (live) live.textContent = text;
  };
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy], [data-copy-from]");
    if (!button) return;
    event.preventDefault();
    const from = button.dataset.copyFrom && $(button.dataset.copyFrom);
    const text = from ? from.value || from.textContent.trim() : button.dataset.copy;
    const label = $("[data-label]", button);
    const before = label && label.textContent;
    const done = await copy(text).catch(() => copyPlain(text));
    if (done && button.dataset.done) {
      say(button.dataset.done);
      if (label) {
        label.textContent = button.dataset.done;
        setTimeout(() => { label.textContent = before; }, 2000);
      }
    }
  });

  // form[data-share]: makes a link to send and copies it in one click; where that fails, its page shows it.
  document.addEventListener("submit", async (event) => {
    const form = event.target.closest("form[data-share]");
    if (!form) return;
    event.preventDefault();
    const button = $("button", form), label = $("[data-label]", form);
    const made = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" } })
      .then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
    if (!made) return void form.submit();
    const done = await copy(made.url).catch(() => copyPlain(made.url));
    if (!done) return void location.assign(`${made.page}?made=1`);
    say(button.dataset.done);
    button.dataset.link = made.url;
    button.classList.add("q-done");
    const before = label && label.textContent;
    if (label) label.textContent = button.dataset.done;
    setTimeout(() => { button.classList.remove("q-done"); if (label) label.textContent = before; }, 2500);
  });

  // data-autosubmit: a choice takes effect at once (its plain button is hidden while scripts run).
  document.addEventListener("change", (event) => {
    const field = event.target.closest("[data-autosubmit]");
    if (field && field.form && !field.form.hasAttribute("hx-get")) field.form.requestSubmit();
  });

  // data-check-all="name": ticks all boxes of that name in the same form.
  document.addEventListener("change", (event) => {
    const name = event.target.dataset && event.target.dataset.checkAll;
    if (!name) return;
    for (const box of all(`input[type=checkbox][name="${CSS.escape(name)}"]`, event.target.form || document)) {
      box.checked = event.target.checked;
    }
  });

  // data-drop: files dropped on the area go into the file field inside it.
  const dropOf = (event) => event.target.closest && event.target.closest("[data-drop]");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      const area = dropOf(event);
      if (!area) return;
      event.preventDefault();
      area.classList.add("q-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const area = dropOf(event);
      if (area && !area.contains(event.relatedTarget)) area.classList.remove("q-over");
    });
  }
  document.addEventListener("drop", (event) => {
    const area = dropOf(event);
    const field = area && $("input[type=file]", area);
    if (!field) return;
    event.preventDefault();
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
  document.addEventListener("change", (event) => {
    const area = dropOf(event);
    const names = area && $("[data-drop-names]", area);
    if (names && event.target.files) names.textContent = [...event.target.files].map((f) => f.name).join(", ");
  });

  // The slide basket says what lies in it (data-held="asset.page …"). A form of which all pages are there gets a check for its plus, and
  // takes them out again: parts of pages are the same for all readers, so that they cannot say it themselves.
  const turned = (form, on, said) => {
    const button = $("button", form), use = $("use", button), text = button.lastChild;
    if (button.classList.contains("q-held") === on) return;
    const label = button.getAttribute("aria-label");
    button.classList.toggle("q-held", on);
    button.setAttribute("aria-label", button.dataset.held);
    button.dataset.held = label;
    if (on) {
      const out = document.createElement("input");
      Object.assign(out, { type: "hidden", name: "out", value: "true" });
      form.append(out);
      Object.assign(form.dataset, { icon: use.getAttribute("href"), text: text.nodeValue || "", tip: button.title });
    } else form.elements.out.remove();
    use.setAttribute("href", on ? form.dataset.icon.replace(/#.*/, "#check") : form.dataset.icon);
    if (text.nodeType === Node.TEXT_NODE) text.nodeValue = on ? said : form.dataset.text;
    if (form.dataset.tip) button.title = on ? said : form.dataset.tip;
  };
  const basketed = (root) => {
    const basket = $("#q-basket");
    if (!basket) return;
    const held = new Set(basket.dataset.held.split(" "));
    for (const form of all("form[data-basket]", root === basket ? document : root)) {
      const pages = all("input[name=page]", form).map((page) => `${form.elements.asset.value}.${page.value}`);
      turned(form, pages.every((page) => held.has(page)), basket.dataset.said);
    }
  };

  // data-sort: rows that can be dragged; each carries a hidden field, so their order is what the form sends.
  const sortable = (root) => {
    if (!window.Sortable) return;
    for (const list of all("[data-sort]", root)) {
      if (list.dataset.sortReady) continue;
      list.dataset.sortReady = "1";
      window.Sortable.create(list, {
        handle: list.dataset.sort || undefined,
        animation: 120,
        onEnd: () => list.dispatchEvent(new CustomEvent("sorted", { bubbles: true })),
      });
    }
  };
  document.addEventListener("sorted", (event) => {
    const form = event.target.closest("form[data-sort-send]");
    if (form) form.requestSubmit();
  });

  // Tabs that do not fit a phone start with the current one in the middle.
  const centred = (root) => {
    for (const tab of all(".q-tabs [aria-current]", root)) {
      const row = tab.parentElement, at = row.getBoundingClientRect(), mine = tab.getBoundingClientRect();
      row.scrollLeft += mine.left + mine.width / 2 - at.left - at.width / 2;
    }
  };

  // Pages stay in step when htmx brings a new part.
  document.addEventListener("htmx:load", (event) => { sortable(event.detail.elt); centred(event.detail.elt); basketed(event.detail.elt); });
  document.addEventListener("DOMContentLoaded", () => { sortable(document); centred(document); basketed(document); });

  // data-keys: a, button or input pressed by its key (left and right in a viewer, 1 to 4 for a decision).
  document.addEventListener("keydown", (event) => {
    if (event.target.closest("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = all("[data-key]").find((element) => element.dataset.key === event.key);
    if (target) {
      event.preventDefault();
      target.click();
    }
  });
})();
