// One conversation: messages, brackets for windows, and suggestions at their place.
import { messageCard, suggestionCard, writingCard } from "./cards.js";
import { arrange, dateTime, h, said } from "./dom.js";
import { chains, isNewer, ordered, saidNext, statusOf } from "./entries.js";
import { loadSession } from "./feed.js";
import { saveSession } from "./save.js";
import { brackets } from "./windows.js";

/// Items that are shown to begin with, and with each step back.
const STEP = 120;
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
    const used = new Set(nodes.flatMap((node) => (node.className === "side" ? [node, ...node.children] : node)));
    for (const [key, { node }] of this.nodes) if (!used.has(node)) this.nodes.delete(key);
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
    return this.node(`m${message.key}`, state, () => messageCard(message, lanes));
  }

  side(cards, newest, messages) {
    if (cards.length === 1) return this.card(cards[0], newest, messages);
    const nodes = cards.map((chain) => this.card(chain, newest, messages));
    const key = `s${cards[0].head.key}`;
    const known = this.nodes.get(key)?.node ?? h("div", { class: "side" });
    this.nodes.set(key, { node: known });
    arrange(known, nodes);
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
    return this.node(`e${head.key}`, state, () => {
      // The second click of a double click means nothing.
      const act = (kind) => (event) => event.detail < 2 && this.dispatchEvent(new CustomEvent("act", { detail: { kind, entry: head }, bubbles: true }));
      const shown = { earlier, worth, isOffered: worth !== "stale" && isNewest, next, feedback, takes, place: this.placeOf(head) };
      return suggestionCard(head, shown, act, () => this.copyLink(head.id));
    });
  }

  /// Which workspace it is of, where there are several.
  placeOf({ workspace }) { return this.store.workspaces.length > 1 && ` workspace ${workspace + 1}`; }

  writing(answer) {
    const key = `w${answer.key}`;
    const known = this.nodes.get(key) ?? writingCard(this.placeOf(answer));
    this.nodes.set(key, known);
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

  /// Cards of which something is on the screen. An observer would tell of one that was made anew only after the next frame, and
  /// a key that is pressed before it would do nothing.
  get visible() {
    const view = this.scroller.getBoundingClientRect();
    return [...this.items.querySelectorAll("[data-entry]")].filter((card) => {
      const { bottom, top } = card.getBoundingClientRect();
      return bottom > view.top && top < view.bottom;
    });
  }

  copyLink(entry) {
    const link = `${location.origin}/#session=${encodeURIComponent(this.session.id)}${entry ? `&entry=${encodeURIComponent(entry)}` : ""}`;
    this.dispatchEvent(new CustomEvent("copy-text", { detail: { text: link, what: "The link" }, bubbles: true }));
  }

  async saveLines() {
    this.save.disabled = true;
    try {
      this.note.textContent = await saveSession(this.session.id);
    } catch (error) {
      this.note.textContent = `Not saved: ${error.message}`;
    }
    this.save.disabled = false;
  }
}

customElements.define("chat-view", ChatView);
