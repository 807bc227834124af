// A running session: the clock ticks from the server's now, what is captured waits until the server has it, keys lead to fields.
"use strict";
(() => {
  const { one, all, say, found, lost } = window.bellwether;
  if (!one("#live-clock, #live-screen")) return;
  const AGAIN = 3000; // milliseconds until what could not be sent is sent again

  // ---- The clock ------------------------------------------------------------------------------------------------------
  // What this browser's clock must be moved by. A part that came late would move it back, so the greatest counts.
  let ahead = -Infinity, seen = null;
  const spoken = (s) => {
    const of = (n, word) => `${n} ${word}${n === 1 ? "" : "s"}`;
    const [m, rest] = [Math.floor(s / 60), s % 60];
    return m === 0 ? of(rest, "second") : rest === 0 ? of(m, "minute") : `${of(m, "minute")} ${of(rest, "second")}`;
  };
  const minutes = (s) => `${Math.floor(Math.abs(s) / 60)}:${String(Math.abs(s) % 60).padStart(2, "0")}`;
  const put = (node, words) => { if (node && node.textContent !== words) node.textContent = words; };
  const tick = () => {
    const clock = one("[data-clock]");
    if (!clock) return;
    const at = Number(clock.dataset.at);
    if (seen !== clock.dataset.at) { seen = clock.dataset.at; ahead = Math.max(ahead, at - Date.now()); }
    const more = "running" in clock.dataset ? Math.max(0, Date.now() + ahead - at) : 0;
    const used = Math.floor((Number(clock.dataset.used) + more) / 1000), planned = Number(clock.dataset.planned);
    put(clock, minutes(used));
    put(one("[data-measured]"), used > planned ? `${spoken(planned)}, over by ${minutes(used - planned)}` : `of ${spoken(planned)}`);
    const behind = Number(clock.dataset.before) + Math.max(0, used - planned);
    put(one("[data-standing]"), behind > 30 ? `${minutes(behind)} behind plan` : behind < -30 ? `${minutes(behind)} ahead of plan` : "on plan");
    put(one("[data-used-now]"), minutes(used));
    const total = one("[data-total]");
    if (total) put(total, minutes(Math.floor((Number(total.dataset.total) + more) / 1000)));
    if (used % 15 === 0 && clock.dataset.words) clock.setAttribute("aria-label", `Time used ${clock.dataset.words}: ${spoken(used)} of ${spoken(planned)}`);
  };
  setInterval(tick, 250);
  let words = one("#live-clock")?.dataset.words;
  const state = one("#live-clock")?.dataset.state;
  let leaving = false; // this page itself opened or closed the session, and is on its way
  document.addEventListener("submit", (event) => { if (event.target.matches("#open, #close")) leaving = true; });
  new MutationObserver(() => {
    tick();
    // A session that was opened or closed is another page; what is typed is not thrown away for it.
    const stands = one("#live-clock")?.dataset.state;
    if (stands && stands !== state && !leaving && !one("#capture-text")?.value.trim()) return location.reload();
    const now = one("#live-clock")?.dataset.words;
    if (now && now !== words) { words = now; say(`Now: ${now}`); }
    follow();
  }).observe(one("main"), { childList: true, subtree: true });

  // ---- What is captured -----------------------------------------------------------------------------------------------
  const form = () => one("form[data-capture]");
  const kind = () => one("[name=kind]:checked", form())?.value;
  const fit = () => {
    const f = form();
    if (!f) return;
    for (const part of all("[data-of]", f)) part.hidden = !part.dataset.of.split(" ").includes(kind());
  };
  // The team under review is whose it is, until somebody chooses another.
  let team = one("#live-cause")?.dataset.team ?? "", chosen = false;
  const follow = () => {
    const f = form(), now = one("#live-cause")?.dataset.team ?? "";
    if (!f || now === team) return;
    team = now;
    if (!chosen) f.elements.team.value = now;
  };
  const f = form();
  if (!f) return;
  const store = `bellwether-captures-${f.dataset.session}`;
  const read = () => { try { return JSON.parse(localStorage.getItem(store)) ?? []; } catch { return []; } };
  const write = (list) => { try { localStorage.setItem(store, JSON.stringify(list)); } catch { memory = list; } show(); };
  let memory = null, sending = false, timer = null;
  const waiting = () => memory ?? read();
  const show = () => {
    const list = waiting(), now = form();
    if (!now) return;
    const box = one("[data-queue]", now);
    put(one("[data-unsent]", now), list.length ? `not sent yet: ${list.length}` : "");
    box.hidden = list.length === 0;
    box.replaceChildren(...list.map((entry) => {
      const line = document.createElement("li");
      line.textContent = entry.why ? `${entry.body.text} (${entry.why})` : entry.body.text;
      if (entry.why) {
        const away = document.createElement("button");
        Object.assign(away, { type: "button", className: "linkish", textContent: "let it go" });
        away.addEventListener("click", () => write(waiting().filter((other) => other.body.key !== entry.body.key)));
        line.append(" ", away);
      }
      return line;
    }));
  };
  const key = () => crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((b) => b.toString(16).padStart(2, "0")).join("");
  const fault = (at, text) => {
    const field = document.getElementById(`capture-${at}`) ?? document.getElementById("capture-text");
    const line = document.createElement("p");
    Object.assign(line, { className: "err", id: `${field.id}-e`, textContent: text });
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", line.id);
    field.after(line);
  };
  const clear = () => {
    for (const line of all(".err", form())) line.remove();
    for (const field of all("[aria-invalid]", form())) { field.removeAttribute("aria-invalid"); field.removeAttribute("aria-describedby"); }
  };
  const mine = (capture) => {
    const undo = one("#undo");
    if (!undo) return;
    undo.hidden = false;
    one("button", undo).value = capture.id;
    put(one("[data-last]", undo), capture.text.slice(0, 60));
  };
  // Puts what was refused back into the form, if nothing else was typed there meanwhile.
  const again = (entry, faults) => {
    const now = form();
    if (now.elements.text.value.trim()) return false;
    for (const [name, value] of Object.entries(entry.fields)) {
      const field = now.elements.namedItem(name);
      if (field && name !== "csrf" && name !== "key") field.value = value;
    }
    fit();
    clear();
    for (const one of faults) fault(one.at, one.message);
    document.getElementById(`capture-${faults[0]?.at}`)?.focus();
    return true;
  };
  const flush = async () => {
    clearTimeout(timer);
    if (sending) return;
    sending = true;
    try {
      for (;;) {
        const entry = waiting().find((e) => !e.why);
        if (!entry) break;
        const answer = await fetch(entry.to, { method: "POST", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(entry.body) });
        if (answer.status >= 500 || answer.status === 429) throw new TypeError("again");
        const said = await answer.json().catch(() => ({}));
        const rest = () => waiting().filter((other) => other.body.key !== entry.body.key);
        found();
        if (answer.ok) { write(rest()); mine(said); say("Stored."); continue; }
        if (answer.status === 422 && again(entry, said.faults ?? [{ at: "text", message: said.detail ?? "" }])) { write(rest()); say("Not stored; see the form."); continue; }
        const why = answer.status === 401 ? "sign in again in another tab, then load this page anew" : (said.detail ?? `refused, ${answer.status}`);
        write(waiting().map((other) => (other.body.key === entry.body.key ? { ...other, why } : other)));
      }
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      lost();
      timer = setTimeout(flush, AGAIN);
    } finally { sending = false; show(); }
  };
  document.addEventListener("submit", (event) => {
    const now = form();
    if (!now || event.target !== now) return;
    event.preventDefault();
    clear();
    const data = Object.fromEntries(new FormData(now));
    const text = data.text.trim();
    if (!text) { fault("text", "Nothing is said. Type it in a sentence."); now.elements.text.focus(); return; }
    const has = (name) => !one(`#capture-${name}`, now)?.closest("[data-of]")?.hidden;
    const body = { key: key(), kind: data.kind, text };
    for (const name of ["team", "to", "owner", "due", "why"]) if (has(name) && data[name]?.trim()) body[name] = data[name].trim();
    if (data.kind === "action") body.owner ??= data.role;
    const cause = data.cause?.indexOf(" ") ?? -1;
    if (cause > 0) body.origin = { kind: "report", url: data.cause.slice(0, cause), words: data.cause.slice(cause + 1, cause + 200) };
    // The item at which it was said, not the one at which it arrives.
    const item = one("[data-item]")?.dataset.item;
    if (item) body.item = item;
    write([...waiting(), { to: now.dataset.href, body, fields: data }]);
    for (const name of ["text", "owner", "due", "why", "cause"]) if (now.elements[name]) now.elements[name].value = "";
    now.elements.text.focus();
    flush();
  });
  document.addEventListener("change", (event) => {
    if (event.target.name === "kind") fit();
    if (event.target.id === "capture-team") chosen = event.target.value !== team;
  });
  // A key that chooses the kind leads to the words; who goes through the kinds by arrows stays among them.
  document.addEventListener("click", (event) => {
    if (event.target.name === "kind" && event.target.form === form() && document.activeElement !== event.target) { fit(); form().elements.text.focus(); }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && form()?.contains(document.activeElement)) document.activeElement.blur();
  });
  addEventListener("online", flush);
  addEventListener("storage", (event) => { if (event.key === store) show(); });
  fit();
  show();
  flush();
})();
