// The list of sessions: who waits longest comes first. Only the rows that are seen exist.
import { arrange, clock, h, plain, said, span } from "./dom.js";
import { STATUS } from "./entries.js";

const FILTERS = {
  all: ["All sessions", () => true],
  waiting: ["Customer waits", (summary) => summary.waitingSince !== null],
  ready: ["Suggestion ready", (summary) => summary.states.some((state) => ["generated", "revised"].includes(state.status))],
  fallback: ["Fallback", (summary) => summary.states.some((state) => state.status === "fallback")],
  stale: ["Stale", (summary) => summary.states.some((state) => state.status === "stale")],
};
/// Rows above and below what is seen.
const MARGIN = 5;

export class SessionList extends HTMLElement {
  connectedCallback() {
    this.search = h("input", { type: "search", id: "search", placeholder: "name or words", oninput: () => this.refilter(), onkeydown: (event) => this.searched(event) });
    this.filter = h("select", { id: "filter", onchange: () => this.refilter() },
      Object.entries(FILTERS).map(([value, [label]]) => h("option", { value }, label)));
    this.list = h("div", { role: "listbox", tabIndex: 0, "aria-labelledby": "sessions-title", class: "rows" });
    this.space = h("div", { class: "space" }, this.list);
    this.view = h("div", { class: "scroll", onscroll: () => this.draw() }, this.space);
    this.note = h("p", { class: "note", id: "session-count" });
    this.append(
      h("h2", { id: "sessions-title" }, "Sessions"),
      h("div", { class: "tools" },
        h("label", { for: "search" }, "Search", this.search), h("label", { for: "filter" }, "Show", this.filter)),
      this.note, this.view);
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.choose(row.dataset.session);
    });
    this.list.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") this.move(1);
      else if (event.key === "ArrowUp") this.move(-1);
      else if (event.key === "Enter" && this.selected !== null) this.choose(this.selected);
      else return;
      event.preventDefault();
    });
    this.rows = [];
    this.drawn = new Map();
    this.selected = null;
    new ResizeObserver(() => this.draw()).observe(this.view);
  }

  choose(id) {
    this.selected = id;
    this.dispatchEvent(new CustomEvent("choose", { detail: id, bubbles: true }));
    this.draw();
  }

  /// Goes to the next row, or to the one before.
  move(step) {
    if (this.rows.length === 0) return;
    const place = this.rows.findIndex((row) => row.session.id === this.selected);
    this.selected = this.rows[Math.min(Math.max(place + step, 0), this.rows.length - 1)].session.id;
    const at = this.rows.findIndex((row) => row.session.id === this.selected) * this.height();
    if (at < this.view.scrollTop) this.view.scrollTop = at;
    const below = at + this.height() - this.view.clientHeight;
    if (below > this.view.scrollTop) this.view.scrollTop = below;
    this.draw();
  }

  searched(event) {
    if (event.key === "Enter" && this.rows.length > 0) this.choose(this.rows[0].session.id);
    // The browser would empty it.
    if (event.key === "Escape") event.preventDefault();
  }

  refilter() {
    this.view.scrollTop = 0;
    this.update(this.store, false);
  }

  height() {
    this.rem ??= parseFloat(getComputedStyle(document.documentElement).fontSize);
    return 4.5 * this.rem;
  }

  /// Puts the sessions in order again; where that is halted, only what is new is put behind them.
  update(store, isHalted) {
    this.store = store;
    const words = this.search.value.toLowerCase().split(/\s+/).filter(Boolean);
    const [, isWanted] = FILTERS[this.filter.value];
    const rows = [];
    let count = 0;
    for (const session of store.sessions.values()) {
      const summary = store.summary(session);
      // A link may have named one of which nothing is known.
      if (!summary.newest && !session.tooLarge && !summary.states.some((state) => state.answer)) continue;
      count += 1;
      if (!isWanted(summary) || !words.every((word) => summary.all.includes(word))) continue;
      const { waitingSince, newest, states, unread } = summary;
      // Who has said something that isn't here may well wait.
      const waits = waitingSince !== null ? Math.max(0, store.now(newest) - waitingSince) : session.tooLarge ? 0 : -1;
      rows.push({ session, words: session.tooLarge ? "Too long for this list: open it to read" : summary.words, states, unread, newest: newest?.ts ?? 0, waits });
    }
    if (isHalted) {
      const places = new Map(this.rows.map((row, index) => [row.session.id, index]));
      const place = (row) => places.get(row.session.id) ?? Infinity;
      rows.sort((a, b) => place(a) - place(b) || 0);
    } else {
      rows.sort((a, b) => b.waits - a.waits || b.newest - a.newest || (a.session.id < b.session.id ? -1 : 1));
    }
    this.rows = rows;
    this.note.textContent = `${rows.length.toLocaleString("en")} of ${count.toLocaleString("en")} sessions`;
    this.draw();
  }

  draw() {
    if (!this.store) return;
    const height = this.height();
    const first = Math.max(0, Math.floor(this.view.scrollTop / height) - MARGIN);
    const last = Math.min(this.rows.length, Math.ceil((this.view.scrollTop + this.view.clientHeight) / height) + MARGIN);
    this.space.style.height = `${this.rows.length * height}px`;
    this.list.style.transform = `translateY(${first * height}px)`;
    const nodes = [];
    const drawn = new Map();
    for (let index = first; index < last; index += 1) {
      const row = this.rows[index];
      const state = `${row.session.version} ${span(row.waits)} ${this.selected === row.session.id} ${row.session.isOpen} ${index} ${this.rows.length}`;
      let known = this.drawn.get(row.session.id);
      if (known?.state !== state) known = { state, node: this.row(row, index) };
      drawn.set(row.session.id, known);
      nodes.push(known.node);
    }
    this.drawn = drawn;
    arrange(this.list, nodes);
    const selected = drawn.get(this.selected);
    if (selected) this.list.setAttribute("aria-activedescendant", selected.node.id);
    else this.list.removeAttribute("aria-activedescendant");
  }

  row(row, index) {
    const waits = row.newest === 0 ? "" : row.waits < 0 ? "answered" : row.waits < 1000 ? "waits" : `waits ${span(Math.floor(row.waits / 1000) * 1000)}`;
    return h("div", {
      role: "option", id: `session-${plain(row.session.id)}`, "data-session": row.session.id, class: row.session.isOpen ? "row open" : "row",
      "aria-selected": String(row.session.id === this.selected), "aria-posinset": String(index + 1), "aria-setsize": String(this.rows.length),
    },
      h("div", { class: "top" }, said(row.session.id, "name"), h("span", { class: row.waits < 0 ? "waits calm" : "waits" }, waits)),
      h("div", { class: row.unread ? "top new" : "top" }, said(row.words || "…", "words"), row.unread > 0 && h("span", { class: "unread" }, `${row.unread > 9 ? "9+" : row.unread} new`)),
      h("div", { class: "states" }, row.states.map((state) => status(state)), h("time", {}, row.newest ? clock(row.newest) : "")));
  }
}

/// A status by shape and word, and why where there is a reason.
export function status(state) {
  const { word, shape } = STATUS[state.status];
  const why = state.status === "fallback" && state.why ? `: ${state.why}` : "";
  return h("span", { class: `status ${state.status}` }, h("span", { "aria-hidden": "true" }, `${shape} `), word, why && said(why, "why"));
}

customElements.define("session-list", SessionList);
