// What people do: feedback, and messages that they type.
import { h } from "./dom.js";

/// Feedback is sent again under the same id until there is an answer: so often.
const ATTEMPTS = 3;

async function post(path, body, attempts, onAgain) {
  for (let attempt = 1; ; attempt += 1) {
    let response = null;
    try {
      response = await fetch(path, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });
    } catch { /* The server isn't there. */ }
    if (response?.ok) return { isTaken: true };
    if (attempt >= attempts || (response && response.status !== 503)) {
      return { isTaken: false, why: response ? (await response.text()).trim() : "the page's server doesn't answer" };
    }
    onAgain();
    await new Promise((resolve) => setTimeout(resolve, 500 * attempt));
  }
}

/// Says what somebody has done with an entry.
export function sendFeedback(entry, kind, fields = {}, onAgain = () => {}) {
  const actor = localStorage.getItem("actor") || undefined;
  return post(`/api/feedback?workspace=${entry.workspace}`, { id: crypto.randomUUID(), entry: entry.id, kind, actor, at: new Date().toISOString(), ...fields }, ATTEMPTS, onAgain);
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
    this.text = h("input", { id: "compose-text", required: true, maxLength: 20000, autocomplete: "off" });
    this.note = h("p", { class: "note", role: "status" });
    this.append(h("form", { "aria-label": "Write a message", onsubmit: (event) => { event.preventDefault(); this.send(); } },
      h("label", { for: "compose-session" }, "Session", this.sessionName), h("label", { for: "compose-sender" }, "As", this.sender),
      h("label", { for: "compose-text", class: "wide" }, "Message", this.text), h("button", {}, "Send")), this.note);
  }

  /// Puts a suggestion in, to be sent as the RM; afterwards it is whoever's turn it was.
  put(text, session) {
    this.before ??= this.sender.value;
    [this.sender.value, this.text.value] = ["rm", text];
    if (session) this.sessionName.value = session;
    this.text.focus();
  }

  async send() {
    const body = { session_id: this.sessionName.value, sender: this.sender.value, message: this.text.value };
    // Once: a message has no id by which it would be known again.
    const result = await post("/api/compose", body, 1);
    if (result.isTaken) {
      this.text.value = "";
      if (this.before) this.sender.value = this.before;
      this.before = null;
    }
    this.note.textContent = result.isTaken ? "" : `Not sent: ${result.why}`;
    if (result.isTaken) this.dispatchEvent(new CustomEvent("sent", { detail: body.session_id, bubbles: true }));
  }
}

customElements.define("compose-line", ComposeLine);
