// One conversation: messages, brackets for windows, and suggestions at their place.
import { arrange, clock, count, dateTime, h, longText, said, span } from "./dom.js";
import { loadSession } from "./feed.js";
import { LANES, brackets, feedbackWords, revisions, windowLabel } from "./windows.js";
import { status } from "./sessions.js";
import { chains, isNewer, ordered, saidNext, statusOf } from "./entries.js";

/// Items that are shown to begin with, and with each step back.
const STEP = 120;
/// What is saved of a session at most, in characters.
const LARGEST_FILE = 100_000_000;
/// What a record's line begins with.
const RECORD = 'record {"record":';
/// What can be done with a suggestion that is offered: its name, its key, its words.
const OFFERED = [["inserted", "u", "Use"], ["edited", "e", "Edit"], ["rejected", "d", "Dismiss"]];

export class ChatView extends HTMLElement {
  connectedCallback() {
    this.session = null;
    this.heading = h("h2", { id: "chat-title", tabIndex: -1 }, "No session chosen");
    this.items = h("div", { class: "items" });
    this.back = h("button", { class: "plain back", onclick: () => this.dispatchEvent(new CustomEvent("leave", { bubbles: true })) }, "← Sessions");
    this.earlier = h("button", { class: "plain", hidden: true, onclick: () => this.goBack() }, "Show earlier messages");
    this.scroller = h("div", { class: "scroll", tabIndex: 0, role: "region", "aria-labelledby": "chat-title", onscroll: () => this.scrolled() }, this.earlier, this.items);
    this.more = h("button", { class: "news", hidden: true, onclick: () => this.follow() });
    this.copy = h("button", { class: "plain", hidden: true, onclick: () => this.copyLink() }, "Copy link");
    this.save = h("button", { class: "plain", hidden: true, title: "Save as JSON lines", onclick: () => this.saveLines() }, "Save");
    this.note = h("p", { class: "note" }, "Choose a session: j and k go through the list, Enter opens one.");
    this.append(h("div", { class: "head" }, this.back, this.heading, this.copy, this.save), this.note, this.scroller, this.more);
    this.nodes = new Map();
    this.isFollowing = true;
    this.seen = 0;
    this.shown = STEP;
    new ResizeObserver(() => this.scrolled()).observe(this.scroller);
  }

  /// Shows a session, and an entry of it where one is named.
  async open(store, id, entryID) {
    // What is opened anew stays where it is.
    const isSame = this.shownID === id && entryID === undefined;
    const [wasFollowing, shown, top] = [this.isFollowing, this.shown, this.scroller.scrollTop];
    this.close();
    this.shownID = id;
    this.store = store;
    this.session = store.session(id);
    [this.session.isOpen, this.session.isFull] = [true, false];
    [this.shown, this.isFollowing, this.seen, this.wanted] = isSame ? [shown, wasFollowing, this.seen, null] : [STEP, true, 0, entryID ?? null];
    this.heading.replaceChildren("Session ", said(id, "name"));
    this.copy.hidden = this.save.hidden = false;
    this.nodes.clear();
    this.draw();
    if (isSame && !wasFollowing) this.scroller.scrollTop = top;
    const { session } = this;
    await this.load();
    if (isSame && !wasFollowing) this.scroller.scrollTop = top;
    while (this.wanted && this.session === session && this.canLoad && await this.load(session.reached));
    if (this.wanted && this.session === session) {
      this.wanted = null;
      this.note.textContent = "The suggestion that the link names isn't kept any more.";
      this.follow();
    }
  }

  /// Loads the newest records, or those before some numbers. Returns whether they could be had.
  async load(before) {
    const session = this.session;
    try {
      const text = await loadSession(session.id, before);
      if (this.session !== session) return false;
      this.store.applyLines(text);
      if (session.messages.size + session.entries.size === 0) this.note.textContent = "Nothing is known of this session.";
      else this.note.textContent = session.isFull ? "Only the newest of this session's suggestions are shown. Save has all of them." : "";
    } catch (error) {
      this.note.textContent = `Records of this session can't be had: ${error.message}`;
      return false;
    } finally {
      this.draw();
    }
    return true;
  }

  close() {
    if (!this.session) return;
    this.session.isOpen = false;
    this.store.trim(this.session);
    this.session = null;
    this.items.replaceChildren();
  }

  // Following

  scrolled() {
    const { clientHeight, clientWidth, scrollHeight, scrollTop } = this.scroller;
    const size = `${clientWidth} ${clientHeight}`;
    // It may have been the window that moved, and not the reader.
    if (size !== this.size) {
      this.size = size;
      return this.isFollowing && this.toEnd();
    }
    const isAtEnd = scrollHeight - scrollTop - clientHeight < 8;
    if (isAtEnd !== this.isFollowing && !(this.isFollowing && scrollTop >= (this.lastTop ?? 0))) this.setFollowing(isAtEnd);
    this.lastTop = scrollTop;
    if (scrollTop < 40 && !this.earlier.hidden && !this.isFollowing) this.goBack();
  }

  toEnd() {
    this.scroller.scrollTop = this.scroller.scrollHeight;
    this.lastTop = this.scroller.scrollTop;
    this.seen = this.count;
  }

  setFollowing(isFollowing) {
    this.isFollowing = isFollowing;
    if (isFollowing) this.seen = this.count;
    this.dispatchEvent(new CustomEvent("following", { detail: isFollowing, bubbles: true }));
    this.drawNews();
  }

  follow() {
    this.setFollowing(true);
    this.draw();
  }

  drawNews() {
    const news = this.count - this.seen;
    this.more.hidden = this.isFollowing;
    this.more.textContent = news > 0 ? `${news} new ↓` : "Follow ↓";
  }

  // What was before

  async goBack() {
    if (this.isBusy) return;
    this.isBusy = true;
    const { count, session } = this;
    const height = this.scroller.scrollHeight;
    this.shown += STEP;
    try {
      this.draw();
      // What others have said may fill whole stretches.
      while (this.shown > this.length && this.session === session && this.canLoad && await this.load(session.reached));
      if (this.session !== session) return;
      this.seen += this.count - count;
      this.drawNews();
      this.scroller.scrollTop += this.scroller.scrollHeight - height;
    } finally {
      this.isBusy = false;
    }
  }

  get canLoad() { return !this.session.isFull && this.session.reached.some((first) => first > 1); }

  // Drawing

  draw() {
    if (!this.session) return;
    const messages = ordered(this.session);
    const groups = chains(this.session);
    const places = new Map(messages.map((message, index) => [message.key, index]));
    const behind = new Map();
    for (const chain of groups) {
      const last = Math.max(-1, ...chain.head.keys.map((key) => places.get(key) ?? -1));
      if (!behind.has(last)) behind.set(last, []);
      behind.get(last).push(chain);
    }
    const newest = new Map();
    for (const { head } of groups) if (isNewer(head, newest.get(head.workspace))) newest.set(head.workspace, head);
    const lanes = brackets(groups.filter(({ head }) => head.workspace === 0).map(({ head }) => head), places);
    this.length = messages.length;
    this.count = messages.length + groups.length;
    const wanted = this.wanted && groups.find(({ head, earlier }) => [head, ...earlier].some((entry) => entry.id === this.wanted))?.head;
    if (wanted) this.shown = Math.max(this.shown, messages.length - Math.max(0, ...wanted.keys.map((key) => places.get(key) ?? 0)) + STEP);
    const first = Math.max(0, messages.length - this.shown);
    const nodes = [];
    let day = "";
    if (first === 0) for (const chain of behind.get(-1) ?? []) nodes.push(this.card(chain, newest, messages));
    for (let index = first; index < messages.length; index += 1) {
      const date = dateTime(messages[index].ts).slice(0, 10);
      if (date !== day) nodes.push(this.node(`d${index}${date}`, "", () => h("p", { class: "day" }, `${date}, times in UTC`)));
      day = date;
      nodes.push(this.message(messages[index], lanes[index] ?? []));
      const cards = behind.get(index) ?? [];
      if (cards.length > 0) nodes.push(this.side(cards, newest, messages));
    }
    for (const answer of this.store.answersOf(this.session)) nodes.push(this.writing(answer));
    if (this.session.tooLarge) nodes.push(this.tooLarge(this.session.tooLarge));
    const focused = document.activeElement;
    const card = this.items.contains(focused) && focused.closest("[data-entry]");
    arrange(this.items, nodes);
    if (card && !card.isConnected) this.refocus(card.dataset.entry, focused.textContent);
    const used = new Set(nodes);
    for (const [key, known] of this.nodes) if (!used.has(known.node)) this.nodes.delete(key);
    this.earlier.hidden = this.shown >= this.length && !this.canLoad;
    if (wanted) this.showWanted(this.cardOf(wanted.id));
    else if (this.isFollowing) this.toEnd();
    this.drawNews();
  }

  cardOf(id) { return [...this.items.querySelectorAll("[data-entry]")].find((node) => node.dataset.entry === id); }

  showWanted(card) {
    this.wanted = null;
    this.setFollowing(false);
    card?.scrollIntoView({ block: "center" });
    card?.focus();
  }

  /// A card that had the keyboard's focus was made anew.
  refocus(id, words) {
    const card = this.cardOf(id);
    const button = [...card?.querySelectorAll("button") ?? []].find((one) => one.textContent === words);
    (button ?? card ?? this.scroller).focus({ preventScroll: true });
  }

  /// Cards of which something is on the screen.
  get visible() {
    const view = this.scroller.getBoundingClientRect();
    return [...this.items.querySelectorAll("[data-entry]")].filter((card) => {
      const { top, bottom, height } = card.getBoundingClientRect();
      return height > 0 && top < view.bottom && bottom > view.top;
    });
  }

  /// A node that is made again only when what it shows has changed.
  node(key, state, make) {
    const known = this.nodes.get(key);
    if (known?.state === state) return known.node;
    const node = make();
    this.nodes.set(key, { state, node });
    return node;
  }

  message(message, lanes) {
    const state = JSON.stringify([message.sender, message.mark, message.text.length, message.ts, lanes]);
    return this.node(`m${message.key}`, state, () => {
      const from = message.sender === "rm" ? "RM" : "Customer";
      const windows = lanes.filter((lane) => lane?.label);
      return h("article", { class: `message ${message.sender} ${message.mark}`, "aria-label": `${from}, ${clock(message.ts)}` },
        h("span", { class: "lanes", "aria-hidden": "true" }, Array.from({ length: LANES }, (_, lane) => h("span", { class: `lane ${(message.mark && lanes[lane] ? "past" : lanes[lane]?.part) ?? ""}` }))),
        h("div", { class: "bubble" },
          windows.map((lane) => h("p", { class: "window" }, lane.label)),
          h("p", { class: "who" }, h("b", {}, from), h("time", { title: dateTime(message.ts) }, clock(message.ts)),
            message.mark && h("span", { class: "mark" }, message.mark === "late" ? "late: in no window" : "rejected"),
            message.reason && said(message.reason, "why")),
          longText(message.text, "text")));
    });
  }

  side(cards, newest, messages) {
    if (cards.length === 1) return this.card(cards[0], newest, messages);
    const nodes = cards.map((chain) => this.card(chain, newest, messages));
    const key = `s${cards[0].head.key}`;
    const known = this.nodes.get(key)?.node ?? h("div", { class: "side" });
    this.nodes.set(key, { node: known });
    arrange(known, nodes);
    for (const node of nodes) this.nodes.set(`${key}${node.dataset.entry}`, { node: known });
    return known;
  }

  card(chain, newest, messages) {
    const { head, earlier } = chain;
    const feedback = [...(this.session.feedback.get(head.key)?.values() ?? [])];
    const worth = statusOf(head, messages);
    const isNewest = newest.get(head.workspace) === head;
    const next = saidNext(head, messages);
    const takes = this.store.workspaces[head.workspace]?.feedback ?? false;
    const state = JSON.stringify([head.number, worth, isNewest, next?.key, feedback.map((one) => one.id), earlier.length, takes]);
    return this.node(`e${head.key}`, state, () => this.makeCard(head, earlier, worth, worth !== "stale" && isNewest, next, feedback, takes));
  }

  makeCard(entry, earlier, worth, isOffered, next, feedback, takes) {
    const { response } = entry;
    const time = entry.timing.total_ms;
    const facts = [
      response.model && `model ${response.model}`, response.status === "generated" && `${span(time)} in all`,
      response.status === "generated" && entry.timing.first_token_ms !== null && `first token after ${span(entry.timing.first_token_ms)}`,
      response.truncated && (response.finish_reason === "length" ? "cut off: it had reached its length limit" : "the model didn't see all of it"),
      entry.lost > 0 && `${count(entry.lost, "message")} lost`,
    ].filter(Boolean);
    const hasText = typeof response.text === "string" && response.text !== "";
    // The second click of a double click means nothing.
    const act = (kind) => (event) => event.detail < 2 && this.dispatchEvent(new CustomEvent("act", { detail: { kind, entry }, bubbles: true }));
    const isDismissed = feedback.some((one) => one.kind === "rejected");
    const card = h("article", { class: `suggestion ${worth}`, tabIndex: -1, "data-entry": entry.id, "aria-label": `Suggestion, ${worth}` },
      h("h3", {}, "Suggestion ", status({ status: worth, why: "" }),
        this.store.workspaces.length > 1 && h("span", { class: "of" }, ` workspace ${entry.workspace + 1}`)),
      h("p", { class: "window" }, windowLabel(entry)),
      hasText ? longText(response.text, "text") : h("p", { class: "text" }, "No text."),
      response.reason && h("p", { class: "reason" }, "Why: ", said(response.reason)),
      response.unsupported?.length > 0 && h("p", { class: "reason" }, "Nobody has said: ", said(response.unsupported.join(", "))),
      worth === "stale" && h("p", { class: "reason" }, "Something newer has been said: it isn't offered any more."),
      worth !== "stale" && !isOffered && h("p", { class: "reason" }, "There is a newer one."),
      facts.length > 0 && h("p", { class: "facts" }, said(facts.join(" · "))),
      hasText && h("div", { class: "actions" },
        isOffered && !isDismissed && OFFERED.map(([kind, key, words]) => h("button", { onclick: act(kind), "data-key": key }, words)),
        takes && ["Good", "Bad"].map((words) => h("button", { class: "plain", onclick: act(words.toLowerCase()) }, words)),
        h("button", { class: "plain", onclick: () => this.copyLink(entry.id) }, "Link")),
      feedback.filter((one) => one.kind !== "shown").map((one) => h("p", { class: "feedback" }, feedbackWords(one), one.text && said(`: ${one.text}`), one.reason && said(` (${one.reason})`))),
      next && h("p", { class: "next" }, "The RM said next: ", said(next.text.slice(0, 500))),
      earlier.length > 0 && revisions(entry, earlier));
    return card;
  }

  writing(answer) {
    const key = `w${answer.key}`;
    let known = this.nodes.get(key);
    if (!known) {
      const words = document.createTextNode("");
      known = {
        words,
        node: h("article", { class: "suggestion writing", "aria-busy": "true", "aria-label": "Suggestion, being written" },
          h("h3", {}, "Suggestion ", status({ status: "writing", why: "" }),
            this.store.workspaces.length > 1 && h("span", { class: "of" }, ` workspace ${answer.workspace + 1}`)),
          h("p", { class: "text", dir: "auto" }, words)),
      };
      this.nodes.set(key, known);
    }
    // Only what is new is put in: the browser keeps the lines before.
    const { words } = known;
    if (answer.text.startsWith(words.data)) words.appendData(answer.text.slice(words.data.length));
    else words.data = answer.text;
    return known.node;
  }

  tooLarge(record) {
    return this.node(`l${record.id}`, "", () => h("p", { class: "note" },
      `A record of ${(record.too_large / 1048576).toFixed(1)} MB isn't shown: `, said(record.id)));
  }

  /// The suggestion that keys act on: the newest one that is offered. One that isn't on the screen is brought there first.
  act(key) {
    const button = [...this.items.querySelectorAll(`[data-key=${key}]`)].at(-1);
    const card = button?.closest("[data-entry]");
    if (this.visible.includes(card)) button.click();
    else card?.scrollIntoView({ block: "center" });
  }

  copyLink(entry) {
    const link = `${location.origin}/#session=${encodeURIComponent(this.session.id)}${entry ? `&entry=${encodeURIComponent(entry)}` : ""}`;
    this.dispatchEvent(new CustomEvent("copy-text", { detail: { text: link, what: "The link" }, bubbles: true }));
  }

  /// All records of the session, as they came.
  async saveLines() {
    const { id } = this.session;
    const pages = [];
    let [reached, size] = [undefined, 0];
    this.save.disabled = true;
    try {
      do {
        const page = await loadSession(id, reached);
        reached = [...(reached ?? [])];
        const lines = [];
        for (const line of page.split("\n")) {
          if (line.startsWith(RECORD)) lines.push(line.slice(RECORD.length, line.lastIndexOf(',"workspace":')));
          else if (line.startsWith("kept ")) reached[JSON.parse(line.slice(5)).workspace] = JSON.parse(line.slice(5)).first;
        }
        pages.unshift(...lines);
        size += page.length;
      } while (size < LARGEST_FILE && reached.some((first) => first > 1));
      const url = URL.createObjectURL(new Blob([pages.join("\n") + "\n"], { type: "application/x-ndjson" }));
      h("a", { href: url, download: `${id.replace(/[^\w.-]+/g, "_").slice(0, 80)}.jsonl` }).click();
      URL.revokeObjectURL(url);
      this.note.textContent = size < LARGEST_FILE ? "" : `Only the newest ${pages.length} records are saved.`;
    } catch (error) {
      this.note.textContent = `Not saved: ${error.message}`;
    }
    this.save.disabled = false;
  }
}

customElements.define("chat-view", ChatView);
