// What people do: feedback, and messages that they type.
import { h } from "./dom.js";

/// Feedback is sent again under the same id until there is an answer, for so long, in milliseconds.
const PATIENCE = 60_000;

async function post(path, body, patience, onAgain) {
  for (const end = Date.now() + patience; ;) {
    let response = null;
    try {
      response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    } catch { /* The server isn't there. */ }
    if (response?.ok) return { isTaken: true };
    if (Date.now() >= end || (response && response.status !== 503)) {
      return { isTaken: false, why: response ? (await response.text()).trim() : "the page's server doesn't answer" };
    }
    onAgain();
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

/// Says what somebody has done with an entry.
export function sendFeedback(entry, kind, fields = {}, onAgain = () => {}) {
  const actor = localStorage.getItem("actor") || undefined;
  return post(`/api/feedback?workspace=${entry.workspace}`, { id: crypto.randomUUID(), entry: entry.id, kind, actor, at: new Date().toISOString(), ...fields }, PATIENCE, onAgain);
}

export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not where the page isn't served from this machine.
    const area = h("textarea", { value: text });
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand("copy");
    area.remove();
    return isCopied;
  }
}

/// A line to type in, as customer or RM.
export class ComposeLine extends HTMLElement {
  connectedCallback() {
    this.hidden = true;
    this.sessionName = h("input", { id: "compose-session", required: true, maxLength: 200, autocomplete: "off" });
    this.sender = h("select", { id: "compose-sender" }, h("option", { value: "customer" }, "Customer"), h("option", { value: "rm" }, "RM"));
    this.text = h("textarea", { id: "compose-text", required: true, maxLength: 20000, rows: 1, onkeydown: (event) => this.typed(event) });
    this.drafts = new Map();
    /// How often a session has been opened.
    this.choices = 0;
    this.note = h("p", { class: "note", role: "status" });
    this.append(this.form = h("form", { "aria-label": "Write a message", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      h("label", { for: "compose-session" }, "Session", this.sessionName), h("label", { for: "compose-sender" }, "As", this.sender),
      h("label", { for: "compose-text", class: "wide" }, "Message", this.text), h("button", {}, "Send")), this.note);
  }

  /// Shift and Enter begin a new line. Escape takes a suggestion out that was put in.
  typed(event) {
    if (event.key === "Escape" && this.turn) {
      event.stopPropagation();
      this.draft = [this.aside ?? "", this.turn, null, this.sessionName.value, null];
      this.note.textContent = "";
    }
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    this.form.requestSubmit();
  }

  /// What stands there: the text, who says it, whose turn it was before a suggestion was put in, the session's name, and what had
  /// been typed by then.
  get draft() { return [this.text.value, this.sender.value, this.turn, this.sessionName.value, this.aside]; }
  set draft(draft) { [this.text.value, this.sender.value, this.turn, this.sessionName.value, this.aside] = draft; }

  /// What is typed and not sent stays with its session.
  show(session) {
    this.choices += 1;
    if (session === this.shown) return;
    if (this.shown !== undefined) this.drafts.set(this.shown, this.draft);
    this.draft = this.drafts.get(session) ?? ["", this.turn ?? this.sender.value, null, session, null];
    this.shown = session;
  }

  /// Puts a suggestion in, to be sent as the RM; afterwards it is whoever's turn it was, and what had been typed is there again.
  put(text, session) {
    if (!this.turn && this.text.value) {
      this.aside = this.text.value;
      this.note.textContent = "What you were typing comes back behind this. Escape brings it back now.";
    }
    this.turn ??= this.sender.value;
    [this.sender.value, this.text.value] = ["rm", text];
    if (session) this.sessionName.value = session;
    this.text.focus();
  }

  async send() {
    const { choices, draft, shown } = this;
    const [message, sender, turn, session_id, aside] = draft;
    // What is typed from now on is another message.
    this.draft = [aside ?? "", turn ?? sender, null, session_id, null];
    // Once: a message has no id by which it would be known again.
    const result = await post("/api/compose", { session_id, sender, message }, 0);
    this.note.textContent = result.isTaken ? "" : `Not sent: ${result.why}`;
    if (!result.isTaken) this.putBack(draft, shown);
    // The chat is opened, unless somebody has gone elsewhere.
    else if (this.choices === choices && this.text.value === (aside ?? "") && this.sessionName.value === session_id) this.dispatchEvent(new CustomEvent("sent", { detail: session_id, bubbles: true }));
  }

  /// What wasn't sent stands where it was typed, before what has been typed there since.
  putBack([text, ...rest], shown) {
    const isHere = shown === this.shown;
    const since = (isHere ? this.draft : this.drafts.get(shown))?.[0];
    const draft = [since && since !== rest.at(-1) ? `${text}\n${since}` : text, ...rest];
    if (isHere) this.draft = draft;
    else this.drafts.set(shown, draft);
  }
}

customElements.define("compose-line", ComposeLine);
