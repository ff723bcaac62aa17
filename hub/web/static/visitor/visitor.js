// The viewer of a link: turns pages, fetches pictures when they are wanted, and tells how long each page was read.
// A beat goes every ten seconds, at each page turn and when the page is left. It carries the active milliseconds since
// the last: only while the page is visible, and for five minutes at most after the reader last did something.
"use strict";
(() => {
  const root = document.querySelector("[data-beat]");
  if (!root) return;
  const BEAT = 10000, IDLE = 300000, LEAST = 1000;
  const all = (selector) => [...document.querySelectorAll(selector)];
  const sheets = all(".v-sheet[data-page]");
  const wide = window.matchMedia("(min-width: 900px)");
  const now = () => performance.now();
  const visible = () => document.visibilityState === "visible";

  // ---- reading time
  let page = sheets.length ? sheets[0].dataset.page : "0";
  let counted = now(), touched = counted, kept = 0;
  const settle = () => {
    const at = now();
    if (visible()) kept += Math.max(0, Math.min(at, touched + IDLE) - counted);
    counted = at;
  };
  const send = (ms) => {
    const said = new URLSearchParams({ k: root.dataset.key || "", p: page, v: root.dataset.version || "0", ms: String(ms) });
    if (!(navigator.sendBeacon && navigator.sendBeacon(root.dataset.beat, said))) {
      fetch(root.dataset.beat, { method: "POST", body: said, keepalive: true }).catch(() => {});
    }
  };
  const beat = (drop) => {
    settle();
    if (kept >= LEAST && sheets.length) { send(Math.round(kept)); kept = 0; } else if (drop) kept = 0;
  };
  const touch = () => { settle(); touched = now(); };
  for (const kind of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart", "scroll"]) {
    addEventListener(kind, touch, { passive: true, capture: true });
  }
  document.addEventListener("visibilitychange", () => {
    if (visible()) { counted = touched = now(); return; }
    kept += Math.max(0, Math.min(now(), touched + IDLE) - counted);
    counted = now();
    if (kept >= LEAST && sheets.length) { send(Math.round(kept)); kept = 0; }
  });
  addEventListener("pagehide", () => beat(true));
  setInterval(() => beat(false), BEAT);
  let told = false;
  const open = () => { if (visible() && !told) { told = true; send(0); } };
  setTimeout(open, LEAST);
  document.addEventListener("visibilitychange", () => setTimeout(open, LEAST));
  if (!sheets.length) return;

  // ---- pictures: the page looked at in full, its neighbours small until they are
  const full = (sheet) => {
    const picture = sheet && sheet.querySelector("img[data-src]");
    if (!picture) return;
    const large = new Image();
    large.onload = () => { picture.src = large.src; };
    large.src = picture.dataset.src;
    picture.removeAttribute("data-src");
  };
  const small = (sheet) => {
    const picture = sheet && sheet.querySelector("img[data-small]");
    if (picture && !picture.hasAttribute("src")) picture.src = picture.dataset.small;
  };

  // ---- turning
  let at = 0;
  const turnTo = (index, byHand) => {
    const next = Math.max(0, Math.min(sheets.length - 1, index));
    if (next !== at) { beat(true); at = next; page = sheets[at].dataset.page; }
    sheets.forEach((sheet, i) => sheet.classList.toggle("v-now", i === at));
    all("[data-now]").forEach((node) => { node.textContent = String(at + 1); });
    all("[data-go]").forEach((link) => {
      if (link.dataset.go === page) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current");
    });
    small(sheets[at]);
    if (at > 0 || byHand) { full(sheets[at]); full(sheets[at + 1]); }
    const shown = document.querySelector(".v-strip [aria-current]");
    if (shown && byHand) shown.scrollIntoView({ block: "nearest", inline: "center" });
  };
  const paged = () => {
    root.classList.toggle("v-paged", wide.matches && sheets.length > 1);
    turnTo(at, false);
  };
  wide.addEventListener("change", paged);
  paged();
  document.addEventListener("click", (event) => {
    const turn = event.target.closest("[data-turn]"), go = event.target.closest("[data-go]");
    if (turn) turnTo(at + Number(turn.dataset.turn), true);
    else if (go && wide.matches) {
      event.preventDefault();
      turnTo(sheets.findIndex((sheet) => sheet.dataset.page === go.dataset.go), true);
    } else if (event.target.closest("[data-full]") && root.requestFullscreen) {
      if (document.fullscreenElement) document.exitFullscreen(); else root.requestFullscreen().catch(() => {});
    }
  });
  addEventListener("keydown", (event) => {
    if (!wide.matches || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = { ArrowRight: 1, PageDown: 1, " ": 1, ArrowLeft: -1, PageUp: -1 }[event.key];
    if (step && !event.target.closest("a, button, input")) { event.preventDefault(); turnTo(at + step, true); }
  });

  // On a phone the page in the middle of the screen is the one being read. Several pages fit on a screen, so the first
  // and the last ones never come to its middle: near both ends the line of sight runs from the first page and to the last.
  const middleOf = (sheet) => { const box = sheet.getBoundingClientRect(); return (box.top + box.bottom) / 2; };
  const sight = () => {
    const first = middleOf(sheets[0]) + 2 * scrollY;
    if (scrollY <= 1) return first;
    const left = document.documentElement.scrollHeight - innerHeight - scrollY;
    return Math.max(Math.min(innerHeight / 2, first), middleOf(sheets[sheets.length - 1]) - 2 * left);
  };
  const locate = () => {
    if (wide.matches) return;
    const line = sight();
    const best = sheets.findIndex((sheet) => sheet.getBoundingClientRect().bottom > line);
    turnTo(best < 0 ? sheets.length - 1 : best, scrollY > 0);
  };
  addEventListener("scroll", locate, { passive: true });
  const seen = new IntersectionObserver(locate, { threshold: [0, 0.25, 0.5, 0.75, 1] });
  const near = new IntersectionObserver((changes) => {
    for (const change of changes) if (change.isIntersecting) small(change.target);
  }, { rootMargin: "50% 0px" });
  const strip = new IntersectionObserver((changes) => {
    for (const change of changes) {
      const picture = change.isIntersecting && change.target.querySelector("[data-strip]");
      if (picture && !picture.hasAttribute("src")) picture.src = picture.dataset.strip;
    }
  });
  addEventListener("load", () => {
    for (const sheet of sheets) { seen.observe(sheet); if (!wide.matches) near.observe(sheet); }
    if (wide.matches) { full(sheets[1]); all(".v-strip a").forEach((link) => strip.observe(link)); }
  });
})();
