// bellwether: what a browser adds to pages that work without it. No dependency; runs under script-src 'self' and Trusted Types.
"use strict";
(() => {
  const one = (selector, root = document) => root.querySelector(selector);
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const policy = window.trustedTypes?.createPolicy("bellwether", { createHTML: (text) => text });
  // A parsed document runs no script, and the policy is used for nothing else.
  const parse = (text) => new DOMParser().parseFromString(policy ? policy.createHTML(text) : text, "text/html");
  const clock = (time = new Date()) => time.toTimeString().slice(0, 5);

  // ---- Words about the whole page -------------------------------------------------------------------------------------
  const say = (words) => { const box = one("[data-say]"); if (box) box.textContent = words; };
  const lineOf = (name) => one(`[data-line="${name}"]`);
  const showLine = (name, lead, text) => {
    const line = lineOf(name);
    if (!line) return;
    if (lead) one(".st span", line).textContent = lead;
    if (text) line.children[1].textContent = text;
    line.hidden = false;
  };
  const hideLine = (name) => { const line = lineOf(name); if (line) line.hidden = true; };
  let lostSince = null;
  const lost = () => {
    lostSince ??= clock();
    showLine("connection", `Not connected since ${lostSince}`, "What you type is kept here.");
  };
  const found = () => { if (lostSince) say("Connected again."); lostSince = null; hideLine("connection"); };
  const notSaved = (why) => showLine("connection", "Not saved", why);

  // ---- Swapping parts of the page -------------------------------------------------------------------------------------
  const editing = (part) => part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select");
  // Typed and not stored yet: nothing may be put in its place.
  const changed = (field) => field.matches("select")
    ? field.selectedOptions[0] !== ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])
    : field.type !== "hidden" && (field.value !== field.defaultValue || field.checked !== field.defaultChecked);
  const dirty = (part) => all("input, textarea, select", part).some(changed);
  const swap = (now, next) => {
    const active = now.contains(document.activeElement) ? document.activeElement : null;
    const range = active && "selectionStart" in active ? [active.selectionStart, active.selectionEnd] : null;
    const place = active && !active.matches("input, textarea, select") ? all(active.tagName, now).indexOf(active) : -1;
    next = document.importNode(next, true);
    const folds = all("details", now);
    all("details", next).forEach((fold, i) => { if (folds[i]?.open) fold.open = true; });
    now.replaceWith(next);
    if (!active) return next;
    const twin = active.id ? document.getElementById(active.id)
      : (active.name && one(`[name="${CSS.escape(active.name)}"][value="${CSS.escape(active.value)}"]`, next)) || all(active.tagName, next)[place];
    const named = active.dataset.focus && document.getElementById(active.dataset.focus);
    (one(".alert", next) ?? twin ?? (named || null) ?? one("a[href], button", next))?.focus({ preventScroll: !one(".alert", next) });
    if (twin && range && range[0] !== null && document.activeElement === twin) twin.setSelectionRange(...range);
    return next;
  };
  // Parts that somebody works in and that are not put in place of each other, by the word in `data-merge`.
  const mergers = {};
  // Why something was refused, with what was typed, stays until the form is sent again.
  const refused = (part) => one(".alert, .err", part) !== null;
  // Makes the parts of this page those of `page`: changed, new and gone ones. True if one had to stay because somebody types there.
  const swapFragments = (page, stays = () => false) => {
    let held = false, before = null;
    for (const next of all("[data-fragment]", page)) {
      const part = document.getElementById(next.id);
      if (!part) { if (before) { const made = document.importNode(next, true); before.after(made); before = made; } continue; }
      before = part;
      if (next.isEqualNode(part)) continue;
      const merge = mergers[part.dataset.merge];
      if (merge) { held = merge(part, next) || held; continue; }
      if (editing(part) || dirty(part) || stays(part)) held = true; else before = swap(part, next);
    }
    for (const part of all("[data-fragment]")) {
      if (page.getElementById(part.id)) continue;
      if (editing(part) || dirty(part) || stays(part)) held = true; else part.remove();
    }
    return held;
  };

  // ---- Forms ----------------------------------------------------------------------------------------------------------
  const waiting = new Map(); // forms whose typed values have not reached the server, with what to send
  const busy = new Map(); // forms that are being sent, and whether as a draft
  const after = new Map(); // what was pressed while a draft was on its way
  const send = async (form, submitter, autosave) => {
    if (busy.has(form)) {
      if (autosave) waiting.set(form, submitter); else if (busy.get(form)) after.set(form, submitter);
      return;
    }
    busy.set(form, autosave);
    waiting.delete(form);
    const data = new FormData(form, submitter);
    if (autosave) data.set("autosave", "yes");
    // Several may be confirmed while one is on its way.
    for (const keep of all("[data-keep][data-mine]", form)) if (keep !== submitter) data.append("keep", keep.value);
    const multipart = form.enctype === "multipart/form-data";
    const url = submitter?.getAttribute("formaction") || form.getAttribute("action") || location.href;
    try {
      const answer = await fetch(url, { method: "POST", headers: { Accept: "text/html" }, body: multipart ? data : new URLSearchParams(data) });
      const page = parse(await answer.text());
      found();
      if (answer.status >= 500 || answer.status === 429) throw new Error(String(answer.status));
      const id = form.dataset.target;
      const next = id && page.getElementById(id);
      if (autosave) saved(form, page, answer.ok && Boolean(next), data);
      else if (answer.redirected && new URL(answer.url).pathname !== location.pathname) location.assign(answer.url);
      else if (next && document.getElementById(id)) say(swap(document.getElementById(id), next).dataset.words ?? (answer.ok ? "Saved." : ""));
      else notSaved(one("h1", page)?.textContent ?? "The server refused it.");
    } catch (error) {
      if (error instanceof TypeError) lost(); else notSaved("The server could not answer. What you type is kept here.");
      // A draft may be sent twice without harm. Anything else might have been done already: the person presses again.
      if (autosave) { waiting.set(form, submitter); setTimeout(retry, 5000); }
    } finally {
      busy.delete(form);
    }
    if (after.has(form)) {
      const pressed = after.get(form);
      after.delete(form);
      return send(form, pressed, false);
    }
    if (autosave && waiting.has(form) && !lostSince && lineOf("connection")?.hidden !== false) send(form, waiting.get(form), true);
  };
  const saved = (form, page, ok, sent) => {
    if (!ok && !one("[aria-invalid]", page)) return notSaved("Sign in again in another tab; what you type is kept here.");
    for (const row of all("[data-row]", form)) {
      const next = one(`[data-row="${CSS.escape(row.dataset.row)}"]`, page);
      if (!next) continue;
      const field = one("input:not([type=hidden]), textarea", row);
      // What was typed meanwhile is newer than the answer; then only what is known of the stored state is taken over.
      if (field.value === sent.get(field.name) && !editing(row)) { if (!next.isEqualNode(row)) swap(row, next); continue; }
      if (!ok) continue;
      field.defaultValue = one("input:not([type=hidden]), textarea", next).defaultValue;
      for (const hidden of all("input[type=hidden]", row)) hidden.value = one(`[name="${CSS.escape(hidden.name)}"]`, next).value;
    }
    swapFragments(page);
    const words = ok ? `Saved ${clock()}` : (one(".alert h2", page)?.textContent ?? "");
    for (const place of all("[data-saved]")) place.textContent = words;
    say(words);
  };
  const retry = () => { for (const [form, submitter] of waiting) send(form, submitter, true); };
  addEventListener("online", retry);
  addEventListener("beforeunload", (event) => { if (waiting.size) event.preventDefault(); });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.matches("[data-fetch]") || event.defaultPrevented) return;
    event.preventDefault();
    send(form, event.submitter, false);
  });
  document.addEventListener("change", (event) => {
    const target = event.target;
    // A value that is stored is corrected, not taken away: an emptied field shows it again.
    if (target.matches("form[data-autosave] .ent .val input") && !target.value.trim()) target.value = target.defaultValue;
    if (target.matches("[data-single-keys]")) return void (document.cookie = `keys=${target.checked ? "on" : "off"}; path=/; max-age=31536000; samesite=lax`);
    if (target.form?.matches("[data-autosave]")) send(target.form, null, true);
  });
  const press = (button, on) => {
    if (!button) return;
    button.setAttribute("aria-pressed", String(on));
    button.toggleAttribute("data-mine", on);
    one("[data-word]", button).textContent = `${on ? "Kept" : "Still"} ${button.dataset.keep}`;
  };
  document.addEventListener("input", (event) => {
    const target = event.target;
    if (target.matches(".ent .val input")) press(one("[data-keep]", target.closest(".ent")), false);
    if (target.matches("[data-must-be]")) guard(target);
    if (target.id === "find-q") look(target.value);
  });
  // A dangerous act waits until the name is right; the server checks it too.
  const guard = (field) => { one("button", field.form).disabled = field.value.trim() !== field.dataset.mustBe; };
  all("[data-must-be]").forEach(guard);

  document.addEventListener("click", (event) => {
    const at = (selector) => event.target.closest(selector);
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    const keep = at("form[data-autosave] [data-keep]");
    const opener = at("[data-open]");
    const theme = at("[data-set-theme]");
    if (keep) {
      event.preventDefault();
      if (keep.getAttribute("aria-pressed") === "true") return;
      document.getElementById(keep.value).value = keep.dataset.keep;
      press(keep, true);
      send(keep.form, keep, true);
    } else if (opener) {
      event.preventDefault();
      open(opener.dataset.open);
    } else if (theme) {
      event.preventDefault();
      const word = theme.dataset.setTheme;
      if (word === "system") delete document.documentElement.dataset.theme; else document.documentElement.dataset.theme = word;
      for (const link of all("[data-set-theme]")) link.toggleAttribute("aria-current", false);
      theme.setAttribute("aria-current", "true");
      fetch(theme.href, { redirect: "manual" }).catch(lost);
    } else if (at("[data-show-newer]")) {
      location.reload();
    } else if (at("#find-hits [role=option]")) {
      go(at("[role=option]"));
    }
  });

  // ---- Live pages -----------------------------------------------------------------------------------------------------
  const topic = one("main")?.dataset.live;
  // What the page knows already. A stream begins by saying where the server is, so nothing is missed in between.
  let stream = null, version = one("main")?.dataset.version;
  const refresh = async () => {
    try {
      const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
      if (answer.ok && !answer.redirected && swapFragments(parse(await answer.text()), refused)) showLine("newer");
    } catch { lost(); }
  };
  const listen = () => {
    if (!topic || stream || document.hidden) return;
    stream = new EventSource(topic);
    stream.onopen = found;
    stream.onerror = lost;
    // A part of the page that comes by itself, such as who else looks at it.
    stream.addEventListener("fragment", (event) => {
      for (const next of all("[data-fragment]", parse(event.data))) {
        const part = document.getElementById(next.id);
        // What somebody types there stays until it is sent.
        if (part && !next.isEqualNode(part) && !editing(part) && !dirty(part)) swap(part, next);
      }
    });
    stream.addEventListener("version", (event) => {
      if (event.data === version) return;
      version = event.data;
      refresh();
    });
  };
  const deaf = () => { stream?.close(); stream = null; };
  document.addEventListener("visibilitychange", () => (document.hidden ? deaf() : listen()));
  addEventListener("pagehide", deaf);
  addEventListener("pageshow", listen);
  listen();

  // ---- Find and do ----------------------------------------------------------------------------------------------------
  const open = (id) => {
    const dialog = document.getElementById(id);
    if (!dialog?.showModal || one("dialog[open]")) return;
    dialog.showModal();
    if (id === "find") { one("#find-q").select(); look(one("#find-q").value); }
    const box = one("[data-single-keys]", dialog);
    if (box) box.checked = singleKeys();
  };
  const el = (tag, props, ...children) => { const node = Object.assign(document.createElement(tag), props); node.append(...children); return node; };
  const marked = (text, word) => {
    const at = word ? text.toLowerCase().indexOf(word.toLowerCase()) : -1;
    if (at < 0) return [text];
    return [text.slice(0, at), el("mark", {}, text.slice(at, at + word.length)), text.slice(at + word.length)];
  };
  const visible = () => all("#find-hits [role=option]").filter((option) => !option.hidden);
  const choose = (option) => {
    for (const other of all("#find-hits [role=option]")) other.setAttribute("aria-selected", String(other === option));
    const box = one("#find-q");
    if (option) { box.setAttribute("aria-activedescendant", option.id); option.scrollIntoView({ block: "nearest" }); } else box.removeAttribute("aria-activedescendant");
  };
  // The link without script leads to the same place, below the sub-path if there is one.
  const finder = `${one('.who [data-open="find"]')?.getAttribute("href") ?? "/find"}.json`;
  let asked = null;
  const look = async (text) => {
    const query = text.trim();
    const acts = one("[data-acts]");
    for (const act of acts ? all("[role=option]", acts) : []) act.hidden = !act.firstElementChild.textContent.toLowerCase().includes(query.toLowerCase());
    if (acts) acts.hidden = !all("[role=option]", acts).some((act) => !act.hidden);
    asked?.abort();
    asked = new AbortController();
    const { signal } = asked;
    let hits = [];
    try {
      await new Promise((done) => setTimeout(done, 120));
      if (query && !signal.aborted) hits = await (await fetch(`${finder}?q=${encodeURIComponent(query)}`, { signal })).json();
    } catch (error) { if (error instanceof TypeError) lost(); }
    if (signal.aborted) return;
    all("#find-hits [data-kind]").forEach((group) => group.remove());
    const kinds = new Map();
    for (const hit of Array.isArray(hits) ? hits : []) kinds.set(hit.kind, [...(kinds.get(hit.kind) ?? []), hit]);
    let n = 0;
    for (const [kind, list] of kinds) {
      const name = el("p", { className: "h", id: `find-k${n}` }, kind);
      const group = el("div", { role: "group" }, name);
      group.dataset.kind = kind;
      group.setAttribute("aria-labelledby", name.id);
      for (const hit of list.slice(0, 3)) {
        const option = el("div", { className: "o", role: "option", id: `find-o${n++}` }, el("span", {}, ...marked(hit.title, query)), el("span", { className: "by" }, hit.note ?? ""));
        option.dataset.href = hit.href;
        group.append(option);
      }
      one("#find-hits").append(group);
    }
    const shown = visible();
    choose(shown[0]);
    one("[data-count]").textContent = shown.length === 1 ? "One result" : `${shown.length || "No"} results`;
  };
  const go = (option, tab) => {
    const url = new URL(option.dataset.href, location.href);
    if (url.origin !== location.origin) return;
    if (tab) window.open(url, "_blank", "noopener"); else { one("#find").close(); location.assign(url); }
  };

  // ---- Keys -----------------------------------------------------------------------------------------------------------
  const singleKeys = () => !/(^|; )keys=off/.test(document.cookie);
  let prefix = 0;
  const rows = () => all("main tbody tr, main .signals > li, main .ruled > li").filter((row) => one("a[href]", row) && row.getClientRects().length);
  const step = (by) => {
    const list = rows();
    const now = list.findIndex((row) => row.contains(document.activeElement));
    const row = list[now < 0 ? (by > 0 ? 0 : list.length - 1) : Math.min(Math.max(now + by, 0), list.length - 1)];
    for (const other of all("tr.cur[data-by-key]")) { other.classList.remove("cur"); delete other.dataset.byKey; }
    if (!row) return;
    if (row.matches("tr:not(.cur)")) { row.classList.add("cur"); row.dataset.byKey = ""; }
    one("a[href]", row).focus();
  };
  const findKeys = (event) => {
    const list = visible();
    const now = list.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown") choose(list[(now + 1) % list.length]);
    else if (event.key === "ArrowUp") choose(list.at(now < 1 ? -1 : now - 1));
    else if (event.key === "Enter") { if (list[now]) go(list[now], event.ctrlKey || event.metaKey); }
    else return;
    event.preventDefault();
  };
  document.addEventListener("keydown", (event) => {
    const { key } = event;
    // A dialog that was closed keeps the focus until the page is drawn again; a key pressed by then is the page's.
    const target = event.target.closest("dialog:not([open])") ? document.body : event.target;
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    if (target.id === "find-q") return findKeys(event);
    const command = event.ctrlKey || event.metaKey;
    if (command && key.toLowerCase() === "k") { event.preventDefault(); return open("find"); }
    if (command && key === "Enter") {
      const form = target.closest("form") ?? one("form[data-autosave]");
      const button = form && one("button.primary[type=submit]", form);
      if (button) { event.preventDefault(); form.requestSubmit(button); }
      return;
    }
    if (command) return;
    const value = target.matches(".ent .val input");
    const keep = value && key.toLowerCase() === "u" && target.form.matches("[data-autosave]") && one("[data-keep]", target.closest(".ent")) !== null;
    if (value && (key === "Enter" || keep)) {
      const fields = all(".ent .val input", target.form);
      event.preventDefault();
      if (keep) one("[data-keep]", target.closest(".ent")).click();
      const next = fields[fields.indexOf(target) + 1];
      return next ? next.focus() : target.blur();
    }
    // A tick box takes no letters, but Space and Enter are its own, as they are a link's.
    if (target.matches("input:not([type=checkbox], [type=radio]), select, textarea, [contenteditable]") || one("dialog[open]") || !singleKeys()) return;
    const click = (selector) => { const link = one(selector); if (link) { event.preventDefault(); link.click(); } return Boolean(link); };
    if (Date.now() - prefix < 1500) { prefix = 0; if (click(`.mast nav a[data-key="${CSS.escape(key)}"]`)) return; }
    if (key === "Enter" && target.matches("a, button, summary, input")) return;
    if (click(`[data-hotkey="${CSS.escape(key)}"]`)) return;
    if (key === "g") prefix = Date.now();
    else if (key === "/") { event.preventDefault(); open("find"); }
    else if (key === "?") { event.preventDefault(); open("keys"); }
    else if (key === "j" || key === "k") step(key === "j" ? 1 : -1);
    else if (key === "e") { if (!click("tr:focus-within [data-edit], li:focus-within [data-edit]")) click("[data-edit]"); }
    else if (key === "n") click("[data-new]");
  });

  // For the other parts of the script.
  window.bellwether = Object.freeze({ one, all, parse, say, lost, found, notSaved, swap, swapFragments, mergers });
})();
