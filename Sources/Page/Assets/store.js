// What the page knows. Events go in, state comes out: nothing here touches the document or the network. Each event can come
// twice: after a connection was lost, what came last comes again.

import { isNewer, isSaid, ordered, shape, statusOf } from "./entries.js";

/// Messages that are kept of a session nobody looks at.
const KEPT_MESSAGES = 30;
/// Sessions that are kept; those in which nothing has happened for longest are forgotten.
const KEPT_SESSIONS = 5000;
/// Suggestions and messages that are kept of the open session.
const OPEN_ENTRIES = 10_000;
const OPEN_MESSAGES = 50_000;
const SECONDS = 600;
/// Within that of now, times are taken to be the present's.
const PRESENT = 86_400_000;
/// Without a word from the consumer for so long, in milliseconds, it is said to be silent.
const SILENCE = 3000;
/// A session's name has no more, in bytes.
const LONGEST_NAME = 1024;
const MOST_WORKSPACES = 4;
/// Streams whose time is known.
const KEPT_STREAMS = 4096;

export class Store {
  constructor() { this.reset(); }

  reset() {
    this.run = null;
    this.at = 0;
    this.canCompose = false;
    this.passedOver = 0;
    this.workspaces = [];
    this.sessions = this.sessions ?? new Map();
    this.sessions.clear();
    /// The event time that each stream has reached, also of those that have ended.
    this.reached = new Map();
    /// How far the reader has read in each session, as the time of its newest message.
    this.read = this.read ?? new Map();
    this.answers = new Map();
    this.rejected = [];
    this.unreadable = 0;
    this.changes = 0;
    /// A record is missing before one that has come.
    this.hasHole = false;
  }

  /// Lines of events, as snapshots have them: a name, a space, and JSON.
  applyLines(text) {
    for (const line of text.split("\n")) {
      if (!line) continue;
      const space = line.indexOf(" ");
      this.applyText(line.slice(0, space), line.slice(space + 1), false);
    }
  }

  applyText(name, text, isLive) {
    let data;
    try {
      data = JSON.parse(text);
    } catch {
      this.unreadable += 1;
      return;
    }
    try {
      this.apply(name, data, isLive);
    } catch {
      // A record of another release, or of somebody else's making.
      this.unreadable += 1;
    }
  }

  apply(name, data, isLive = true) {
    this.changes += 1;
    switch (name) {
      case "begin":
        this.run = data.run;
        this.at = data.at;
        this.canCompose = data.compose;
        this.passedOver = data.passed_over;
        break;
      case "workspace": this.workspace(data.workspace, data); break;
      case "history": this.workspace(data.workspace, { history: data.seconds }); break;
      case "figures": this.figures(data, isLive); break;
      case "record": this.record(data.workspace, data.record, data.number, isLive); break;
      case "message": this.message(data); break;
      case "asked": this.answer(data, (answer) => answer); break;
      case "answer": this.answer(data, (answer) => { answer.pieces = data.pieces; answer.text = data.text; }); break;
      case "token": this.answer(data, (answer) => this.token(answer, data)); break;
      case "kept": this.session(data.session_id).reached[data.workspace] = data.first; break;
    }
  }

  // Workspaces

  workspace(index, fields) {
    if (!(index >= 0 && index < MOST_WORKSPACES)) throw new Error("no such workspace");
    while (this.workspaces.length <= index) {
      this.workspaces.push({ index: this.workspaces.length, history: [], last: 0, figures: null, stream: null, endpoint: "", feedback: false });
    }
    const workspace = this.workspaces[index];
    const isOther = fields.stream && workspace.stream && fields.stream !== workspace.stream;
    for (const name of ["endpoint", "feedback", "stream", "history"]) if (fields[name] !== undefined) workspace[name] = fields[name];
    if (fields.last !== undefined) workspace.last = fields.last;
    if (isOther) this.hasHole = true;
    return workspace;
  }

  figures(data, isLive) {
    const workspace = this.workspace(data.workspace, {});
    const wasSilent = this.isSilent(workspace);
    workspace.figures = data;
    for (const stream of data.status?.streams ?? []) this.reach(stream.stream, Date.parse(stream.event_time ?? 0));
    if (this.isSilent(workspace) !== wasSilent) for (const session of this.sessions.values()) [session.summary, session.version] = [null, session.version + 1];
    if (!isLive) return;
    workspace.history.push([data.messages, data.entries]);
    if (workspace.history.length > SECONDS) workspace.history.shift();
  }

  reach(stream, ms) {
    if (!(ms > (this.reached.get(stream) ?? 0))) return;
    this.reached.delete(stream);
    this.reached.set(stream, ms);
    if (this.reached.size > KEPT_STREAMS) this.reached.delete(this.reached.keys().next().value);
  }

  // Sessions

  session(id) {
    let session = this.sessions.get(id);
    if (!session) {
      session = { id, messages: new Map(), entries: new Map(), feedback: new Map(), reached: [], isOpen: false, isFull: false, version: 0, summary: null, activity: 0 };
      this.sessions.set(id, session);
      if (this.sessions.size > KEPT_SESSIONS * 1.1) this.forget();
    }
    session.version += 1;
    session.summary = null;
    session.activity = this.changes;
    return session;
  }

  forget() {
    const oldest = [...this.sessions.values()].filter((session) => !session.isOpen).sort((a, b) => a.activity - b.activity);
    for (const { id } of oldest.slice(0, this.sessions.size - KEPT_SESSIONS)) {
      this.sessions.delete(id);
      this.read.delete(id);
    }
  }

  markRead(session) {
    const newest = this.summary(session).newest?.ts ?? -Infinity;
    if (this.read.get(session.id) === newest) return;
    this.read.set(session.id, newest);
    [session.summary, session.version] = [null, session.version + 1];
  }

  /// Of a session that nobody looks at any more only the newest is kept, and since when the customer waits.
  trim(session) {
    const { isOpen } = session;
    if (session.messages.size > (isOpen ? OPEN_MESSAGES : KEPT_MESSAGES * 2)) {
      const messages = ordered(session);
      const unanswered = firstUnanswered(messages);
      for (const message of messages.slice(0, isOpen ? -OPEN_MESSAGES / 2 : -KEPT_MESSAGES)) if (message !== unanswered) session.messages.delete(message.key);
      session.isFull = isOpen;
    }
    const most = isOpen ? OPEN_ENTRIES : this.workspaces.length;
    if (session.entries.size <= most * 2) return;
    const kept = new Set();
    for (const { index } of this.workspaces) {
      const own = [...session.entries.values()].filter((entry) => entry.workspace === index).sort((a, b) => b.number - a.number);
      for (const entry of own.slice(0, Math.max(1, Math.floor(most / this.workspaces.length)))) kept.add(entry);
    }
    for (const [key, entry] of session.entries) if (!kept.has(entry)) session.entries.delete(key);
    session.isFull = isOpen;
    if (!isOpen) return session.feedback.clear();
    // What has lost its suggestions goes, too.
    const from = Math.min(...[...kept].map((entry) => entry.start));
    for (const [key, message] of session.messages) if (message.ts < from) session.messages.delete(key);
  }

  message(data, mark = "", reason = "") {
    const session = this.session(data.session_id);
    const ts = Date.parse(data.timestamp);
    const text = String(data.message);
    const numbered = data.sequence !== null && data.sequence !== undefined;
    // One without a number is known by what it says, and gets its number with its window.
    const same = `${ts}\n${data.sender}\n${text}`;
    const key = numbered ? `${data.stream}\n${data.sequence}` : same;
    if (numbered) session.messages.delete(same);
    const known = session.messages.get(key);
    const message = { key, stream: data.stream, sequence: data.sequence, ts, sender: data.sender, text, mark: mark || known?.mark || "", reason: reason || known?.reason || "" };
    session.messages.set(key, message);
    this.reach(message.stream, ts);
    this.trim(session);
    return key;
  }

  // Records

  record(index, record, number, isLive) {
    const workspace = this.workspace(index, {});
    // By the feed's number, and not by what the record says of itself.
    if (isLive && workspace.last > 0 && number > workspace.last + 1) this.hasHole = true;
    workspace.last = Math.max(workspace.last, number);
    record.sequence = number;
    if (record.too_large) {
      this.answers.delete(`${index}\n${record.id}`);
      if (record.subject) this.session(record.subject).tooLarge = record;
      return;
    }
    const data = record.data;
    switch (record.type) {
      case "streamllm.workspace.entry.v1": this.entry(index, record, data, isLive); break;
      case "streamllm.message.late.v1": this.setAside(index, record, data, "late"); break;
      case "streamllm.message.rejected.v1": this.setAside(index, record, data, "rejected"); break;
      case "streamllm.feedback.v1": {
        const session = this.session(data.session_id);
        // Several workspaces have the same ids for the same windows.
        const key = `${index}\n${data.entry}`;
        if (!session.feedback.has(key)) session.feedback.set(key, new Map());
        session.feedback.get(key).set(data.id, data);
        break;
      }
      default: this.unreadable += 1;
    }
  }

  entry(index, record, data, isLive) {
    const key = `${index}\n${record.id}`;
    this.answers.delete(key);
    const { response, timing } = shape(data);
    const keys = data.messages.map((message) => this.message({ ...message, stream: data.stream, session_id: data.session_id }));
    const session = this.session(data.session_id);
    const last = data.messages.at(-1);
    const known = session.entries.get(key);
    session.entries.set(key, {
      key, id: record.id, isFresh: known ? known.isFresh : isLive, at: Math.max(0, ...keys.map((one) => session.messages.get(one)?.ts ?? 0)), workspace: index, number: record.sequence, time: Date.parse(record.time), stream: data.stream,
      kind: data.window.kind, start: Date.parse(data.window.start), end: Date.parse(data.window.end),
      revision: data.revision, trigger: data.trigger, timing, lost: data.lost,
      supersedes: [data.supersedes, ...(data.also_supersedes ?? [])].filter(Boolean), keys,
      answers: data.answers ?? (last && { sequence: last.sequence, sender: last.sender }), response,
    });
    if (session.tooLarge?.id === record.id) session.tooLarge = null;
    this.trim(session);
  }

  setAside(index, record, data, kind) {
    let fields = {};
    try {
      fields = JSON.parse(data.line);
    } catch { /* It isn't JSON: that is why it was rejected. */ }
    const session = data.session_id ?? (typeof fields?.session_id === "string" ? fields.session_id : null);
    const isNamed = typeof session === "string" && session !== "" && new TextEncoder().encode(session).length <= LONGEST_NAME && session.isWellFormed();
    if (isNamed && ["customer", "rm"].includes(fields?.sender) && Number.isFinite(Date.parse(fields.timestamp))) {
      this.message({ ...fields, session_id: session, stream: data.position.stream, sequence: data.position.sequence }, kind, data.reason);
    } else if (!this.rejected.some((known) => known.id === record.id)) {
      this.rejected.push({ id: record.id, workspace: index, line: data.line.slice(0, 2000), reason: data.reason, time: Date.parse(record.time) });
      if (this.rejected.length > 50) this.rejected.shift();
    }
  }

  // Answers under way

  answer(data, change) {
    const key = `${data.workspace}\n${data.id}`;
    // Its entry is out: what comes now was under way before.
    if (this.sessions.get(data.session_id)?.entries.has(key)) return;
    let answer = this.answers.get(key);
    if (!answer) {
      answer = { key, id: data.id, workspace: data.workspace, sessionID: data.session_id, pieces: 0, text: "", since: Date.now() - (data.asked_ms ?? 0) };
      this.answers.set(key, answer);
      if (this.answers.size > 2000) this.answers.delete(this.answers.keys().next().value);
    }
    change(answer);
    this.session(data.session_id);
  }

  token(answer, data) {
    if (data.index === 0) [answer.text, answer.pieces] = ["", 0];
    // One that has come already, or one whose beginning is missing.
    if (data.index !== answer.pieces) return;
    answer.text += data.token;
    answer.pieces += 1;
  }

  /// Nobody writes while the consumer is silent.
  answersOf(session) {
    return [...this.answers.values()].filter((answer) => answer.sessionID === session.id && !this.isSilent(this.workspaces[answer.workspace]));
  }

  // What is shown

  /// What stands in the list of sessions.
  summary(session) {
    if (session.summary) return session.summary;
    const messages = ordered(session).filter(isSaid);
    const customer = messages.findLast((message) => message.sender === "customer");
    const states = this.workspaces.map((workspace) => this.state(session, workspace, messages));
    const read = this.read.get(session.id) ?? -Infinity;
    const unread = messages.filter((message) => message.sender === "customer" && message.ts > read).length;
    return session.summary = {
      words: (customer?.text ?? "").slice(0, 300), newest: messages.at(-1), waitingSince: firstUnanswered(messages)?.ts ?? null, states, unread,
      get all() { return this.lower ??= `${session.id}\n${messages.map(({ text }) => text.slice(0, 1000)).join("\n")}`.toLowerCase(); },
    };
  }

  /// The newest suggestion of a workspace, and what it is worth.
  state(session, workspace, messages) {
    let entry = null;
    for (const other of session.entries.values()) if (other.workspace === workspace.index && isNewer(other, entry)) entry = other;
    const answer = this.answersOf(session).findLast((answer) => answer.workspace === workspace.index);
    return { entry, answer, status: answer ? "writing" : entry ? statusOf(entry, messages) : "none", why: entry?.response.reason ?? "" };
  }

  isSilent(workspace) { return workspace?.figures?.silent_ms > SILENCE; }

  /// What time it is for a message: now, where its chats are the present's, and otherwise the time that its stream has reached.
  now(message) {
    const now = Date.now();
    const isPresent = (ms) => Math.abs(now - ms) < PRESENT;
    if (isPresent(message.ts)) return now;
    const reached = this.reached.get(message.stream) ?? 0;
    return isPresent(reached) ? now : Math.max(message.ts, reached);
  }
}

/// The customer's first message since the RM's last one.
function firstUnanswered(messages) {
  const place = messages.findLastIndex((message) => message.sender !== "customer" && isSaid(message));
  return messages.slice(place + 1).find(isSaid);
}
