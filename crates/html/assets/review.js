// A question of a review: what is ticked and typed is stored at once; what others say is taken over where it does not contradict.
"use strict";
(() => {
  const { one, all, parse, say, lost, found, notSaved, swap, swapFragments, mergers } = window.bellwether;
  const PAUSE = 1500; // milliseconds without a key until a note is stored
  const AGAIN = 5000; // milliseconds until a lost connection is tried again
  const form = () => one("form[data-answer]");
  if (!form()) return;

  // ---- Fields: what was stored when the page last heard of it, and what stands there now ------------------------------
  const fields = (f) => [...f.elements].filter((field) => field.id && field.matches("input:not([type=hidden]), textarea, select"));
  const stored = (field) => field.matches("select") ? ([...field.options].find((o) => o.defaultSelected) ?? field.options[0]).value
    : field.type === "checkbox" ? field.defaultChecked : field.defaultValue;
  const now = (field) => field.type === "checkbox" ? field.checked : field.value;
  const same = (field, a, b) => a === b || (field.matches("textarea") && a.trim() === b.trim());
  const know = (field, value) => {
    if (field.matches("select")) for (const option of field.options) option.defaultSelected = option.value === value;
    else if (field.type === "checkbox") field.defaultChecked = value;
    else field.defaultValue = value;
  };
  const put = (field, value) => {
    if (field.type === "checkbox") { field.checked = value; return; }
    const caret = document.activeElement === field && "selectionStart" in field ? field.selectionStart : null;
    field.value = value;
    if (caret !== null) field.setSelectionRange(caret, caret);
  };
  const dirty = (f) => fields(f).some((field) => !same(field, now(field), stored(field)));
  const name = (field) => field.labels?.[0]?.firstChild?.textContent.trim() || field.name;
  const nones = (f) => all("[data-none]", f);
  const ticks = (f) => all("input[type=checkbox]", f).filter((box) => !box.matches("[data-none]"));
  const excluded = (f) => {
    const none = nones(f).some((box) => box.checked), some = ticks(f).some((box) => box.checked);
    return (none && some) || (Boolean(f.elements.does_not_apply?.value) && (none || some));
  };

  // ---- What others said -----------------------------------------------------------------------------------------------
  const version = (f) => Number(f.elements.based_on.value);
  let theirs = null; // their answer, as a form, while it contradicts what stands here
  const disputed = new Set(); // ids of the fields where it does; they stay so until a person decides
  const contradiction = (f, against, page) => {
    theirs = page;
    const known = against.length === disputed.size && against.every(([id]) => disputed.has(id));
    if (known && one("#answer-conflict")) return;
    const list = against.map(([, words]) => words);
    disputed.clear();
    for (const [id] of against) disputed.add(id);
    f.dataset.conflict = "";
    one("#answer-conflict")?.remove();
    const box = document.createElement("div");
    Object.assign(box, { className: "alert", id: "answer-conflict", tabIndex: -1 });
    box.setAttribute("role", "alert");
    const add = (tag, text, to = box) => { const made = document.createElement(tag); made.textContent = text; to.append(made); return made; };
    add("h2", "Somebody else has answered");
    add("p", `${one("[data-latest] .hint", page.ownerDocument)?.textContent ?? ""} It contradicts yours at: ${list.join("; ")}.`);
    add("p", "What you ticked and typed stands below and is not stored yet. The answer as it is now stands beside it.");
    const row = add("div", "");
    row.className = "btns";
    for (const [words, act] of [["Keep mine", keep], ["Take theirs", take]]) {
      const button = add("button", words, row);
      Object.assign(button, { type: "button", className: "btn slim" });
      button.addEventListener("click", act);
    }
    f.before(box);
    say("Somebody else has answered. Yours is not stored yet.");
  };
  const settled = () => { one("#answer-conflict")?.remove(); theirs = null; disputed.clear(); const f = form(); if (f) delete f.dataset.conflict; };
  const keep = () => { settled(); save(); };
  const take = () => {
    const f = form(), other = theirs;
    settled();
    for (const field of fields(f)) { const twin = other.elements.namedItem(field.id); if (twin) put(field, stored(twin)); }
    say("Their answer stands here now.");
  };
  mergers.answer = (part, next) => {
    const f = one("form[data-answer]", part), g = one("form[data-answer]", next);
    // What was typed before a template took the question over is not lost; saving it says who answers now.
    if (f && !g && (dirty(f) || f.dataset.conflict !== undefined)) return true;
    if (!f || !g) { swap(part, next); return false; }
    // A page that was asked for before the last answer knows less.
    if (version(g) < version(f)) return false;
    // What was refused stands in the fields as if it were stored; it stays until it is sent again.
    if (f.dataset.conflict !== undefined && !theirs) return true;
    const against = [];
    for (const field of fields(f)) {
      const twin = g.elements.namedItem(field.id);
      if (!twin) continue;
      const [base, mine, other] = [stored(field), now(field), stored(twin)];
      if (same(field, mine, base)) { if (!same(field, mine, other)) put(field, other); }
      else if ((!same(field, other, base) || disputed.has(field.id)) && !same(field, other, mine)) against.push([field.id, name(field)]);
      know(field, other);
    }
    if (!against.length && dirty(f) && excluded(f)) against.push(["", "ticks that exclude each other"]);
    f.elements.based_on.value = g.elements.based_on.value;
    // Words beside choices (what was ticked then, what does not apply) are no fields and follow.
    for (const choice of all(".choice", f)) {
      const twin = next.ownerDocument.getElementById(one("input", choice)?.id)?.closest(".choice");
      if (!twin) continue;
      for (const line of all(".ev, .by", choice)) line.remove();
      for (const line of all(".ev, .by", twin)) choice.lastElementChild.append(document.importNode(line, true));
    }
    if (against.length) contradiction(f, against, g);
    else if (theirs) settled();
    return false;
  };

  // ---- Storing --------------------------------------------------------------------------------------------------------
  let timer = null, busy = false, again = false, pressed = null;
  const later = (wait) => { clearTimeout(timer); timer = setTimeout(save, wait); };
  const save = async (leaving = false) => {
    clearTimeout(timer);
    timer = null;
    const f = form();
    if (!f || f.dataset.conflict !== undefined || !dirty(f)) return;
    if (busy) { again = true; return; }
    busy = true;
    const data = new FormData(f);
    data.set("act", "autosave");
    try {
      const answer = await fetch(f.getAttribute("action"), { method: "POST", keepalive: leaving === true, headers: { Accept: "text/html" }, body: new URLSearchParams(data) });
      const page = parse(await answer.text());
      found();
      if (answer.ok) { swapFragments(page); say(one("[data-latest] .hint", page)?.textContent ?? "Saved."); if (dirty(f)) again = true; }
      else if (answer.status === 409) await others();
      else if (answer.status === 422) one("[data-latest] .hint").textContent = `Not saved yet: ${all(".alert li", page).map((li) => li.textContent).join(" ")}`;
      else if (answer.status >= 500 || answer.status === 429) { notSaved("The server could not answer. What you type is kept here."); later(AGAIN); }
      else notSaved("Sign in again in another tab; what you type is kept here.");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      lost();
      later(AGAIN);
    } finally { busy = false; }
    const submitter = pressed;
    pressed = null;
    if (submitter) f.requestSubmit(submitter);
    else if (again) { again = false; save(); }
  };
  // Somebody was faster. What does not contradict goes together, and is stored on top.
  const others = async () => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.ok && !answer.redirected) swapFragments(parse(await answer.text()));
    again = form()?.dataset.conflict === undefined;
  };

  document.addEventListener("change", (event) => {
    const { target } = event, f = form();
    if (!f || target.form !== f) return;
    if (target.checked && target.matches("[data-none]")) for (const box of ticks(f)) box.checked = false;
    else if (target.checked) for (const box of nones(f)) box.checked = false;
    save();
  });
  document.addEventListener("input", (event) => { if (event.target.matches("textarea") && event.target.form === form()) later(PAUSE); });
  document.addEventListener("submit", async (event) => {
    const f = form(), { submitter } = event;
    if (!f || event.target !== f) return;
    clearTimeout(timer);
    if (busy) { event.preventDefault(); pressed = submitter; return; }
    if (submitter?.value !== "undo") return;
    event.preventDefault();
    const data = new FormData(f, submitter);
    try {
      const answer = await fetch(f.getAttribute("action"), { method: "POST", headers: { Accept: "text/html" }, body: new URLSearchParams(data) });
      const page = parse(await answer.text());
      found();
      swapFragments(page);
      say(answer.ok ? "Taken back." : (one("#conflict + p", page)?.textContent ?? "It could not be taken back."));
    } catch { lost(); }
  });
  addEventListener("pagehide", () => { if (timer) save(true); });
  addEventListener("online", () => save());
})();
