// Making elements. Texts become text nodes: nothing that somebody wrote is ever read as markup.

/// An element with properties and children. `on…` are listeners, `data-…`, `aria-…` and `role` are attributes.
export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name === "class") element.className = value;
    else if (/^(data-|aria-|role$|for$)/.test(name)) element.setAttribute(name, value === true ? "" : value);
    else element[name] = value;
  }
  append(element, children);
  return element;
}

function append(element, children) {
  for (const child of children.flat()) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
}

/// A text that somebody else wrote: it has a direction of its own, and what it says about direction ends with it.
export function said(text, className = "said", tag = "span") {
  return h(tag, { class: className, dir: "auto" }, text);
}

/// Longest text that is shown at once, in characters.
const LONG = 4000;

/// The same for long ones: the rest is shown when it is asked for.
export function longText(text, className) {
  if (text.length <= LONG) return said(text, className, "p");
  const words = document.createTextNode(text.slice(0, LONG) + "…");
  const more = h("button", { class: "plain", onclick: () => { words.data = text; more.remove(); } },
    `Show all of it (${text.length.toLocaleString("en")} characters)`);
  const block = h("p", { class: className, dir: "auto" }, words);
  return h("div", {}, block, more);
}

const SVG = "http://www.w3.org/2000/svg";
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  append(element, children);
  return element;
}

/// Puts nodes into an element in this order, and moves only those that aren't there yet.
export function arrange(parent, nodes) {
  let place = parent.firstChild;
  for (const node of nodes) {
    if (node === place) place = place.nextSibling;
    else parent.insertBefore(node, place);
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

/// 1 message, 2 messages
export const count = (number, word) => `${number} ${word}${number === 1 ? "" : "s"}`;

const pad = (number, digits = 2) => String(number).padStart(digits, "0");

/// 14:30:05, in UTC as in the records.
export function clock(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "?" : `${pad(date.getUTCHours())}:${pad(date.getUTCMinutes())}:${pad(date.getUTCSeconds())}`;
}

/// 2025-01-23 14:30:05
export function dateTime(ms) {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? "?" : date.toISOString().slice(0, 19).replace("T", " ");
}

/// 950 ms, 12 s, 3 min, 2 h, 4 d
export function span(ms) {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const s = ms / 1000;
  if (s < 10) return `${s.toFixed(1)} s`;
  if (s < 120) return `${Math.round(s)} s`;
  if (s < 7200) return `${Math.round(s / 60)} min`;
  if (s < 172800) return `${Math.round(s / 3600)} h`;
  return `${Math.round(s / 86400)} d`;
}

/// A name that goes into an address or a selector.
export const plain = (text) => encodeURIComponent(text.toWellFormed());
