// A board: arrow keys walk over its entries, m opens the menu of the one in use, Escape closes it. And what is alike, while a concern
// is being typed.
"use strict";
(() => {
  const { one, all, parse, swap } = window.bellwether;
  const single = () => !/(^|; )keys=off/.test(document.cookie);
  let pause = 0, asked = null;
  const look = async (form) => {
    asked?.abort();
    asked = new AbortController();
    const text = ["title", "why_sre", "why_important"].map((name) => form.elements[name]?.value ?? "").join(" ");
    try {
      const answer = await fetch(`${form.getAttribute("action")}/alike?text=${encodeURIComponent(text.slice(0, 2000))}`, { signal: asked.signal });
      const next = answer.ok && parse(await answer.text()).getElementById("alike");
      if (next && one("#alike")) swap(one("#alike"), next);
    } catch { /* What is alike is an offer; without a connection there is none. */ }
  };
  document.addEventListener("input", ({ target }) => {
    if (!one("#alike") || !["title", "why_sre", "why_important"].includes(target.id) || !one("[name=team]", target.form)) return;
    clearTimeout(pause);
    pause = setTimeout(look, 600, target.form);
  });
  const columns = () => all("[data-board] [data-column]").map((column) => all("[data-entry]", column)).filter((entries) => entries.length);
  const walk = (key, list, col, row) => {
    if (key === "ArrowDown") return list[col][Math.min(row + 1, list[col].length - 1)];
    if (key === "ArrowUp") return list[col][Math.max(row - 1, 0)];
    const next = list[col + (key === "ArrowRight" ? 1 : -1)];
    return next && next[Math.min(row, next.length - 1)];
  };
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || !one("[data-board]") || one("dialog[open]")) return;
    if (target.matches("input, select, textarea, [contenteditable]")) return;
    // On a fresh page nothing has the focus: the keys begin at the first entry.
    const fresh = target === document.body;
    const entry = fresh ? all("[data-board] li[id]").find((li) => key !== "m" || one("details.mv", li)) : target.closest("[data-board] li[id]");
    const menu = entry && one("details.mv", entry);
    if (key === "Escape" && !fresh && menu?.open) {
      menu.open = false;
      one("[data-entry]", entry).focus();
      return;
    }
    if (!single()) return;
    if (key === "m" && menu) {
      event.preventDefault();
      menu.open = true;
      one("ul a, ul button", menu)?.focus();
      return;
    }
    if (!["ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"].includes(key)) return;
    if (menu?.open && menu.contains(target)) {
      const acts = all("a, button", menu);
      const next = acts[acts.indexOf(target) + (key === "ArrowDown" ? 1 : key === "ArrowUp" ? -1 : 0)];
      if (next && next !== target) { event.preventDefault(); next.focus(); }
      return;
    }
    if (fresh && entry) {
      event.preventDefault();
      one("[data-entry]", entry).focus();
      return;
    }
    if (!target.matches("[data-entry]")) return;
    const list = columns();
    const col = list.findIndex((entries) => entries.includes(target));
    const next = walk(key, list, col, list[col].indexOf(target));
    if (next) { event.preventDefault(); next.focus(); }
  });
})();
