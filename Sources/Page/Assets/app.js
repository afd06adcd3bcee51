// The page: what comes in goes to the store, and from there to three panes.
import { copyText, sendFeedback } from "./act.js";
import "./conversation.js";
import { h, span } from "./dom.js";
import { isStale, ordered } from "./entries.js";
import { Feed } from "./feed.js";
import * as keys from "./keys.js";
import "./sessions.js";
import { Store } from "./store.js";
import "./strip.js";

const [list, chat, strip, compose] = ["session-list", "chat-view", "figure-strip", "compose-line"].map((name) => document.querySelector(name));
const [state, spoken, pauseButton] = ["state", "spoken", "pause"].map((id) => document.getElementById(id));
const store = new Store();
let isPaused = false;
let isDrawing = false;
let isListDue = true;
let saidAt = 0;
/// Sessions whose suggestions are ready, and nobody has been told.
const unsaid = new Set();
/// What somebody has done with suggestions, so that it is told once.
const done = new Set();

// Drawing: once for each picture that the screen shows, however much has come.

function changed(isAnew) {
  if (isAnew) afresh();
  isListDue = true;
  if (isDrawing) return;
  isDrawing = true;
  requestAnimationFrame(draw);
}

function draw() {
  isDrawing = false;
  if (chat.session && chat.drawn !== chat.session.version) {
    if (document.visibilityState === "visible") store.markRead(chat.session);
    chat.drawn = chat.session.version;
    safely(() => chat.draw());
  }
  if (store.hasHole) {
    store.hasHole = false;
    feed.load();
  }
}

/// What can't be drawn doesn't keep the rest from being drawn.
function safely(body) {
  try {
    body();
  } catch (error) {
    console.error(error);
  }
}

/// The list and the figures change with the clock, too.
function drawSlowly() {
  if (isListDue || Date.now() - (drawSlowly.at ?? 0) > 1000) {
    drawSlowly.at = Date.now();
    isListDue = false;
    for (const body of [() => list.update(store, isPaused), () => strip.update(store), speak, markShown, showState]) safely(body);
  }
  setTimeout(drawSlowly, 250);
}

/// The snapshot is another one: what was chosen is chosen still.
function afresh() {
  compose.hidden = !store.canCompose;
  // What was there when the page was opened isn't news.
  if (!afresh.isAgain) for (const session of store.sessions.values()) store.markRead(session);
  afresh.isAgain = true;
  const isAgain = Boolean(chat.session);
  const id = chat.session?.id ?? fromAddress().session;
  chat.session = null;
  if (id) open(id, isAgain ? undefined : fromAddress().entry ?? undefined);
}

const feed = new Feed(store, changed, (name) => {
  const words = { live: "live", connecting: "connecting…", asleep: "asleep", crowded: "waiting: more windows of this page are open than a browser connects", unknown: "not let in: open the address that streamllm-web printed" };
  [showState.words, showState.since] = [words[name], Date.now()];
  showState();
});

function showState() {
  const isSilent = showState.words === "live" && store.workspaces.some((workspace) => store.isSilent(workspace));
  // Each says something once a second.
  const isUnheard = showState.words === "live" && Date.now() - showState.since > 3000 && store.workspaces.some(({ figures }) => figures && !figures.status);
  const words = isSilent ? "live, but a consumer is silent" : isUnheard ? "live, but nothing has been heard of a consumer" : showState.words;
  if (state.textContent !== words) state.textContent = words;
}

// Sessions

function fromAddress() {
  const fields = new URLSearchParams(location.hash.slice(1));
  return { session: fields.get("session"), entry: fields.get("entry") };
}

function open(id, entry, change = "replaceState") {
  list.selected = id;
  document.body.dataset.pane = "chat";
  compose.show(id);
  history[change](null, "", `#session=${encodeURIComponent(id)}${entry ? `&entry=${encodeURIComponent(entry)}` : ""}`);
  chat.drawn = null;
  chat.open(store, id, entry);
  changed(false);
}

document.addEventListener("choose", (event) => {
  open(event.detail, undefined, event.detail === chat.session?.id ? "replaceState" : "pushState");
  chat.heading.focus({ preventScroll: true });
});
function leave() {
  delete document.body.dataset.pane;
  list.list.focus();
}
document.addEventListener("leave", leave);
document.addEventListener("sent", (event) => { if (chat.session?.id !== event.detail) open(event.detail); });
window.addEventListener("hashchange", () => {
  const { session, entry } = fromAddress();
  if (!session) leave();
  else if (session !== chat.session?.id || entry || !document.body.dataset.pane) open(session, entry);
});

// Following

function setPaused(isWanted) {
  isPaused = isWanted;
  pauseButton.textContent = isPaused ? "Go on" : "Pause";
  pauseButton.setAttribute("aria-pressed", String(isPaused));
}
pauseButton.addEventListener("click", () => togglePause());
document.addEventListener("following", (event) => setPaused(!event.detail));

function togglePause() {
  setPaused(!isPaused);
  if (!chat.session) return;
  if (isPaused) chat.setFollowing(false);
  else chat.follow();
}

// Suggestions

/// A growing answer isn't read out, token by token: that it is there is said, once; what comes within two seconds, together.
function speak() {
  for (const session of store.sessions.values()) {
    for (const { entry, status } of session.summary?.states ?? []) {
      if (!entry?.isFresh) continue;
      entry.isFresh = false;
      if (["generated", "revised", "fallback"].includes(status)) unsaid.add(session.id);
    }
  }
  if (unsaid.size === 0 || Date.now() - saidAt < 2000) return;
  saidAt = Date.now();
  const [first, ...others] = unsaid;
  unsaid.clear();
  spoken.textContent = others.length === 0 ? `Suggestion for ${first} is ready`
    : others.length < 3 ? `Suggestions for ${[first, ...others].join(", ")} are ready` : `Suggestions for ${others.length + 1} sessions are ready`;
}

/// Says of a suggestion that it was on somebody's screen, once: other tabs and later ones know it, too.
function markShown() {
  if (document.visibilityState === "hidden" || !chat.session) return;
  for (const { entry } of chat.visible) {
    if (entry.isShown || !entry.response.text || !takesFeedback(entry)) continue;
    entry.isShown = true;
    const shown = JSON.parse(localStorage.getItem("shown") ?? "[]");
    if (shown.includes(entry.key) || Date.now() - entry.time > 600_000) continue;
    localStorage.setItem("shown", JSON.stringify([...shown, entry.key].slice(-500)));
    sendFeedback(entry, "shown");
  }
}

function report(result, words) {
  spoken.textContent = result.isTaken ? words : `Feedback wasn't taken: ${result.why}`;
  document.getElementById("toast").textContent = spoken.textContent;
  clearTimeout(report.timer);
  report.timer = setTimeout(() => { document.getElementById("toast").textContent = ""; }, 6000);
}

const takesFeedback = (entry) => store.workspaces[entry.workspace]?.feedback;
const send = async (entry, kind, words, fields) => {
  const again = () => { document.getElementById("toast").textContent = "The consumer doesn't answer: trying again…"; };
  const result = takesFeedback(entry) ? await sendFeedback(entry, kind, fields, again) : { isTaken: true };
  report(result, words);
  return result.isTaken;
};

document.addEventListener("act", async ({ detail: { kind, entry } }) => {
  const { session } = chat;
  if (kind === "edited") return edit(entry, session.id);
  const isCopied = kind !== "inserted" || await copyText(entry.response.text);
  // Not where another session has been opened meanwhile.
  if (kind === "inserted" && store.canCompose && session.id === chat.session?.id) compose.put(entry.response.text, session.id);
  const words = { inserted: isCopied ? "Copied" : "Used", rejected: "Dismissed", good: "Rated good", bad: "Rated bad" }[kind];
  const mark = `${kind}\n${entry.key}`;
  if (done.has(mark)) return report({ isTaken: true }, words);
  done.add(mark);
  const rating = { good: 1, bad: -1 }[kind];
  if (rating) done.delete(`${rating > 0 ? "bad" : "good"}\n${entry.key}`);
  // What wasn't taken can be said again.
  if (!await send(entry, rating ? "rated" : kind, words, { rating })) done.delete(mark);
});
document.addEventListener("copy-text", async ({ detail }) => report({ isTaken: true }, (await copyText(detail.text)) ? `${detail.what} is copied` : "It can't be copied here"));

/// What somebody has made of a suggestion, and hasn't sent, by its key.
const unsent = new Map();

function edit(entry, id) {
  let isSent = false;
  const closed = () => {
    dialog.remove();
    unsent.delete(entry.key);
    if (!isSent && text.value !== entry.response.text) unsent.set(entry.key, text.value);
    if (unsent.size > 100) unsent.delete(unsent.keys().next().value);
  };
  const text = h("textarea", { id: "edit-text", rows: 6, value: unsent.get(entry.key) ?? entry.response.text, maxLength: 16_000, dir: "auto" });
  const note = h("p", { class: "reason", role: "status" });
  const dialog = h("dialog", { "aria-labelledby": "edit-title", onclose: closed },
    h("form", { method: "dialog", onsubmit: async (event) => {
      const isOld = isStale(entry, ordered(store.session(id))) && note.textContent === "";
      if (isOld) note.textContent = "Something newer has been said meanwhile. Press again to send it all the same.";
      if (isOld || text.value.trim() === "") return event.preventDefault();
      isSent = true;
      await copyText(text.value);
      if (store.canCompose) compose.put(text.value, id);
      send(entry, "edited", "Copied as edited", { text: text.value });
    } },
      h("h2", { id: "edit-title" }, "Edit the suggestion"), h("label", { for: "edit-text" }, "What is sent instead", text), note,
      h("div", { class: "actions" }, h("button", { type: "submit" }, "Copy and tell"), h("button", { type: "button", class: "plain", onclick: () => dialog.close() }, "Cancel"))));
  document.querySelector("header").append(dialog);
  dialog.showModal();
  text.focus();
}

// Keys and settings

function help() {
  const dialog = h("dialog", { "aria-labelledby": "help-title", onclose: () => dialog.remove() },
    h("h2", { id: "help-title" }, "Keys and settings"),
    h("dl", { class: "keys" }, keys.KEYS.map(([key, words]) => [h("dt", {}, h("kbd", {}, key)), h("dd", {}, words)]).flat()),
    h("p", {}, h("label", {}, h("input", { type: "checkbox", id: "keys-on", checked: keys.isOn(), onchange: (event) => keys.setOn(event.target.checked) }), " Keys are on")),
    h("p", {}, h("label", { for: "actor" }, "Your name, for feedback "), h("input", { id: "actor", maxLength: 200, value: localStorage.getItem("actor") ?? "", onchange: (event) => localStorage.setItem("actor", event.target.value) })),
    h("form", { method: "dialog" }, h("button", {}, "Close")));
  document.querySelector("header").append(dialog);
  dialog.showModal();
}
document.getElementById("help").addEventListener("click", help);

keys.listen({
  j: () => list.move(1), k: () => list.move(-1), Enter: () => list.selected !== null && list.choose(list.selected),
  "/": () => list.search.focus(), p: togglePause, u: () => chat.act("u"), e: () => chat.act("e"), d: () => chat.act("d"), "?": help,
});

window.streamllm = { store, feed, span };
feed.load();
drawSlowly();
