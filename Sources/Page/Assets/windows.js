// What is shown of a window: its name, its bracket, its earlier revisions, and what became of its suggestion.
import { clock, count, h } from "./dom.js";
import { difference } from "./entries.js";

/// Windows that can stand side by side.
export const LANES = 3;

export function windowLabel(entry) {
  return `${entry.kind} window ${clock(entry.start)}–${clock(entry.end)} · ${count(entry.keys.length, "message")}${entry.trigger === "window" ? "" : ` · ${entry.trigger}`}${entry.revision > 1 ? ` · revision ${entry.revision}` : ""}`;
}

/// For each message, which windows it is in: those that overlap stand side by side.
export function brackets(entries, places) {
  const lanes = [];
  const ends = Array(LANES).fill(-1);
  for (const entry of [...entries].sort((a, b) => a.start - b.start || a.end - b.end)) {
    const inside = entry.keys.map((key) => places.get(key)).filter((place) => place !== undefined).sort((a, b) => a - b);
    if (inside.length === 0) continue;
    const lane = ends.findIndex((end) => end < inside[0]);
    if (lane < 0) continue;
    ends[lane] = inside.at(-1);
    for (let place = inside[0]; place <= inside.at(-1); place += 1) {
      lanes[place] ??= [];
      const part = inside.length === 1 ? "one" : place === inside[0] ? "begin" : place === inside.at(-1) ? "end" : "in";
      lanes[place][lane] = { part, label: place === inside[0] ? `${clock(entry.start)}–${clock(entry.end)}` : "" };
    }
  }
  return lanes;
}

export function feedbackWords(feedback) {
  const who = feedback.actor ? ` by ${feedback.actor}` : "";
  const words = { inserted: "Used", edited: "Edited", rejected: "Dismissed", rated: feedback.rating > 0 ? "Rated good" : "Rated bad" };
  return `${words[feedback.kind] ?? feedback.kind}${who}`;
}

/// Earlier revisions, folded away, each with what the next one changed.
export function revisions(entry, earlier) {
  const all = [entry, ...earlier];
  return h("details", {}, h("summary", {}, count(earlier.length, "earlier revision")),
    earlier.map((one) => {
      const after = all.find((other) => other.supersedes.includes(one.id));
      const more = after.keys.filter((key) => !one.keys.includes(key)).length;
      return h("div", { class: "revision" },
        h("p", { class: "window" }, windowLabel(one), more > 0 && ` · ${count(more, "message")} came after it`),
        h("p", { class: "text", dir: "auto" }, difference(one.response.text ?? "", after.response.text ?? "").map(([kind, words]) =>
          kind === "=" ? words : kind === "+" ? h("ins", {}, words) : h("del", {}, words))));
    }));
}
