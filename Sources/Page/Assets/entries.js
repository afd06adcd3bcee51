// What follows from an entry and a session's messages. Nothing here is kept.

export const STATUS = {
  writing: { word: "writing", shape: "◌" },
  generated: { word: "generated", shape: "●" },
  revised: { word: "revised", shape: "◆" },
  fallback: { word: "fallback", shape: "▲" },
  superseded: { word: "superseded", shape: "▽" },
  stale: { word: "stale", shape: "◇" },
  none: { word: "none", shape: "○" },
};

/// A session's messages by time.
export function ordered(session) {
  return [...session.messages.values()].sort((a, b) => a.ts - b.ts || (a.sequence ?? 0) - (b.sequence ?? 0));
}

/// Whether it was said in the chat. What is late was, too.
export const isSaid = (message) => message.mark !== "rejected";

/// Which of two suggestions is for what was said later.
export const isNewer = (entry, other) => !other || entry.at > other.at || (entry.at === other.at && entry.number > other.number);

const answeredBy = (entry) => (message) => message.stream === entry.stream && message.sequence === entry.answers.sequence;

/// Whether somebody has said something that whoever answered hadn't seen.
export function isStale(entry, messages) {
  if (!entry.answers) return false;
  // By time: one that came out of order may be older than what was answered, and what came by another stream has other numbers.
  const ts = messages.find(answeredBy(entry))?.ts ?? 0;
  return messages.some((one) => isSaid(one) && (one.ts > ts || (one.ts === ts && one.stream === entry.stream && one.sequence > entry.answers.sequence)));
}

export function statusOf(entry, messages) {
  const status = entry.response.status;
  if (status === "superseded" || status === "none" || status === "forgotten") return status === "superseded" ? status : "none";
  if (isStale(entry, messages)) return "stale";
  if (status === "generated" && (entry.revision > 1 || entry.supersedes.length > 0)) return "revised";
  return status === "generated" || status === "fallback" ? status : "none";
}

/// What the RM said next, once it is known.
export function saidNext(entry, messages) {
  const place = entry.answers ? messages.findIndex(answeredBy(entry)) : -1;
  return place < 0 ? null : messages.slice(place + 1).find((message) => message.sender === "rm" && isSaid(message)) ?? null;
}

/// Entries in chains: the newest revision of each, with those that it replaces, newest first.
export function chains(session) {
  const replaced = new Map();
  for (const entry of session.entries.values()) for (const id of entry.supersedes) replaced.set(`${entry.workspace}\n${id}`, entry);
  const heads = [...session.entries.values()].filter((entry) => !replaced.has(entry.key));
  return heads.map((head) => {
    const earlier = [];
    const seen = new Set([head.key]);
    for (let queue = [head]; queue.length > 0;) {
      for (const id of queue.shift().supersedes) {
        const key = `${head.workspace}\n${id}`;
        const entry = session.entries.get(key);
        if (entry && !seen.has(key)) { seen.add(key); earlier.push(entry); queue.push(entry); }
      }
    }
    return { head, earlier };
  }).sort((a, b) => a.head.number - b.head.number);
}

/// What is drawn of an entry, in the form in which it is drawn: anybody may have written it.
export function shape(data) {
  const { response, timing } = data;
  if (typeof response?.status !== "string") throw new Error("no answer");
  const unsupported = Array.isArray(response.unsupported) ? response.unsupported.map((one) => String(one?.text ?? one ?? "")) : [];
  const number = (value) => (Number.isFinite(value) ? value : null);
  return {
    response: { ...response, text: typeof response.text === "string" ? response.text : null, reason: response.reason ? String(response.reason) : "", unsupported },
    timing: { total_ms: number(timing?.total_ms) ?? 0, first_token_ms: number(timing?.first_token_ms) },
  };
}

/// Which words are new and which are gone, as [kind, words]: "=", "+" or "-".
export function difference(before, after) {
  const [a, b] = [before, after].map((text) => text.split(/(\s+)/).filter(Boolean).slice(0, 600));
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
  }
  const parts = [];
  const add = (kind, word) => { if (parts.at(-1)?.[0] === kind) parts.at(-1)[1] += word; else parts.push([kind, word]); };
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) { add("=", a[i]); i += 1; j += 1; }
    else if (j >= b.length || (i < a.length && lengths[i + 1][j] >= lengths[i][j + 1])) { add("-", a[i]); i += 1; }
    else { add("+", b[j]); j += 1; }
  }
  return parts;
}
