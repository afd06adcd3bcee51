// What a conversation consists of, as elements: a message, a suggestion, and one that is being written.
import { LANES, feedbackWords, revisions, windowLabel } from "./windows.js";
import { clock, count, dateTime, h, longText, said, span } from "./dom.js";
import { status } from "./sessions.js";

/// What can be done with a suggestion that is offered: its name, its key, its words.
const OFFERED = [["inserted", "u", "Use"], ["edited", "e", "Edit"], ["rejected", "d", "Dismiss"]];

export function messageCard(message, lanes) {
  const from = message.sender === "rm" ? "RM" : "Customer";
  const part = (lane) => (message.mark && lane ? "past" : lane?.part) ?? "";
  return h("article", { class: `message ${message.sender} ${message.mark}`, "aria-label": `${from}, ${clock(message.ts)}` },
    h("span", { class: "lanes", "aria-hidden": "true" }, Array.from({ length: LANES }, (_, lane) => h("span", { class: `lane ${part(lanes[lane])}` }))),
    h("div", { class: "bubble" },
      lanes.filter((lane) => lane?.label).map((lane) => h("p", { class: "window" }, lane.label)),
      h("p", { class: "who" }, h("b", {}, from), h("time", { title: dateTime(message.ts) }, clock(message.ts)),
        message.mark && h("span", { class: "mark" }, message.mark === "late" ? "late: in no window" : "rejected"),
        message.reason && said(message.reason, "why")),
      longText(message.text, "text")));
}

const heading = (state, place) => h("h3", {}, "Suggestion ", status(state), place && h("span", { class: "of" }, place));

/// A suggestion: what it is, for which window, why, and what can be done with it. `act` makes what a button calls.
export function suggestionCard(entry, { earlier, worth, isOffered, next, feedback, takes, place }, act, copyLink) {
  const { response } = entry;
  const hasText = typeof response.text === "string" && response.text !== "";
  const isDismissed = feedback.some((one) => one.kind === "rejected");
  const facts = factsOf(entry);
  return h("article", { class: `suggestion ${worth}`, tabIndex: -1, entry, "data-entry": entry.id, "aria-label": `Suggestion, ${worth}` },
    heading({ status: worth, why: "" }, place),
    h("p", { class: "window" }, windowLabel(entry)),
    hasText ? longText(response.text, "text") : h("p", { class: "text" }, "No text."),
    response.reason && h("p", { class: "reason" }, "Why: ", said(response.reason)),
    response.unsupported?.length > 0 && h("p", { class: "mark" }, h("span", { "aria-hidden": "true" }, "⚠ "), "Nobody has said: ", said(response.unsupported.join(", "))),
    worth === "stale" && h("p", { class: "reason" }, "Something newer has been said: it isn't offered any more."),
    worth !== "stale" && !isOffered && h("p", { class: "reason" }, "There is a newer one."),
    facts.length > 0 && h("p", { class: "facts" }, said(facts.join(" · "))),
    hasText && h("div", { class: "actions" },
      isOffered && !isDismissed && OFFERED.map(([kind, key, words]) => h("button", { onclick: act(kind), "data-key": key }, words)),
      takes && ["Good", "Bad"].map((words) => h("button", { class: "plain", onclick: act(words.toLowerCase()) }, words)),
      h("button", { class: "plain", onclick: copyLink }, "Link")),
    feedback.filter((one) => one.kind !== "shown").map((one) => h("p", { class: "feedback" }, feedbackWords(one), one.text && said(`: ${one.text}`), one.reason && said(` (${one.reason})`))),
    next && h("p", { class: "next" }, "The RM said next: ", said(next.text.slice(0, 500))),
    earlier.length > 0 && revisions(entry, earlier));
}

function factsOf({ response, timing, lost }) {
  const isGenerated = response.status === "generated";
  return [
    response.model && `model ${response.model}`, isGenerated && `${span(timing.total_ms)} in all`,
    isGenerated && timing.first_token_ms !== null && `first token after ${span(timing.first_token_ms)}`,
    isGenerated && response.completion_tokens > 0 && `${count(response.prompt_tokens ?? 0, "token")} read, ${response.completion_tokens} written`,
    response.truncated && (response.finish_reason === "length" ? "cut off: it had reached its length limit" : "the model didn't see all of it"),
    lost > 0 && `${count(lost, "message")} lost`,
  ].filter(Boolean);
}

/// One that grows: its element, and the text node for its words.
export function writingCard(place) {
  const words = document.createTextNode("");
  const node = h("article", { class: "suggestion writing", "aria-busy": "true", "aria-label": "Suggestion, being written" },
    heading({ status: "writing", why: "" }, place), h("p", { class: "text", dir: "auto" }, words));
  return { words, node };
}
