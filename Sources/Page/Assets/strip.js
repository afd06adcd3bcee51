// How things are: rates, times, streams, servers. Each picture has its numbers beside it.
import { arrange, dateTime, h, said, span, svg } from "./dom.js";

const WIDTH = 240;
const HEIGHT = 36;

export class FigureStrip extends HTMLElement {
  connectedCallback() {
    this.heading = h("h2", { id: "figures-title" }, "How it runs");
    this.body = h("div", { class: "figures", role: "region", tabIndex: 0, "aria-labelledby": "figures-title" });
    this.append(this.heading, this.body);
    this.parts = new Map();
    this.stands = new Map();
  }

  update(store) {
    const nodes = [];
    for (const workspace of store.workspaces) {
      const part = this.parts.get(workspace.index) ?? this.make(workspace);
      this.parts.set(workspace.index, part);
      this.fill(part, workspace, store);
      nodes.push(part.node);
    }
    if (store.rejected.length > 0) nodes.push(this.rejected(store));
    arrange(this.body, nodes);
  }

  make(workspace) {
    const chart = (label) => {
      const line = svg("polyline", { fill: "none", "stroke-width": "1.5" });
      const [number, most] = [h("b", {}), h("span", { class: "calm" })];
      return { line, number, most, node: h("div", { class: "chart" },
        h("p", { class: "label" }, h("span", {}, label, " ", number), most),
        svg("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: "none", "aria-hidden": "true" }, line)) };
    };
    const part = { name: h("h3", {}, `Workspace ${workspace.index + 1}`), place: h("p", { class: "note" }), messages: chart("messages a second"), entries: chart("entries a second"),
      list: h("dl", {}), times: h("table", {}), streams: h("div", {}), servers: h("div", {}) };
    const nodes = Object.values(part).map((one) => one.node ?? one);
    return { ...part, facts: new Map(), node: h("section", { "aria-label": `Workspace ${workspace.index + 1}` }, nodes) };
  }

  fill(part, workspace, store) {
    part.name.hidden = store.workspaces.length < 2;
    part.place.replaceChildren(said(workspace.endpoint, "place"));
    draw(part.messages, workspace.history.map(([messages]) => messages));
    draw(part.entries, workspace.history.map(([, entries]) => entries));
    const figures = workspace.figures;
    const status = figures?.status;
    const silent = !status ? "nothing heard yet" : store.isSilent(workspace) ? `nothing heard for ${span(figures.silent_ms)}` : "running";
    const rows = [
      ["Consumer", silent, silent !== "running"],
      ["Behind", span(figures?.behind_ms ?? 0)],
      ["Windows open", status?.windows_open],
      ["Windows waiting", status?.windows_waiting],
      ["Received", status?.received],
      ["Late", status?.late, status?.late > 0],
      ["Rejected", status?.rejected, status?.rejected > 0],
      ["Lost", status?.lost, status?.lost > 0],
      ["Passed over by the page", figures?.skipped || null],
      ["Not readable", store.unreadable || null],
    ];
    for (const [label, value, isBad] of rows) {
      let fact = part.facts.get(label);
      if (!fact) {
        fact = { label: h("dt", {}, label), value: h("dd", {}) };
        part.facts.set(label, fact);
        part.list.append(fact.label, fact.value);
      }
      fact.label.hidden = fact.value.hidden = value === undefined || value === null;
      const text = typeof value === "number" ? value.toLocaleString("en") : String(value ?? "");
      if (fact.value.textContent !== text) fact.value.textContent = text;
      fact.value.className = isBad ? "bad" : "";
    }
    part.times.replaceChildren(row("th", "Answers", ["half", "99 %", "worst"]),
      ...[["first token", figures?.first_token], ["in all", figures?.total]].map(([words, one]) =>
        row("td", words, one ? [one.middle, one.most, one.worst].map(span) : ["–", "–", "–"])));
    part.streams.replaceChildren(...(status?.streams ?? []).map((stream) => this.stream(stream, workspace, store.isSilent(workspace))),
      ...(status?.silent_endpoints ?? []).map((endpoint) => h("p", { class: "stream" }, said(endpoint, "name"), " nothing heard from there yet")));
    part.servers.replaceChildren(...(status?.servers ?? []).map((server) => h("p", { class: `server ${server.state}` },
      said(server.server, "name"), ` ${server.state}`, server.in_flight > 0 && `, ${server.in_flight} under way`, server.error && said(`: ${server.error}`, "why"))));
  }

  /// Event time, and why it stands still when it does.
  stream(stream, workspace, isSilent) {
    const key = `${workspace.index}\n${stream.stream}`;
    let stand = this.stands.get(key);
    if (stand?.time !== stream.event_time) this.stands.set(key, stand = { time: stream.event_time, since: Date.now() });
    if (this.stands.size > 200) this.stands.delete(this.stands.keys().next().value);
    const stood = Date.now() - stand.since;
    let why = "";
    if (stream.holds_message) why = "stands still: a message of a much later time waits for another one to confirm it";
    else if (stream.state === "silent") why = "stands still: its publisher is silent, and its windows are closed";
    else if (isSilent) why = "unknown: the consumer is silent";
    else if (stood > 2000) why = `stands still, for ${span(stood)} at least: no later message has come`;
    return h("p", { class: "stream" }, "Event time of ", said(stream.stream, "name"), " ",
      h("b", {}, stream.event_time ? dateTime(Date.parse(stream.event_time)) : "not begun"), why && h("span", { class: "why" }, ` ${why}`));
  }

  rejected(store) {
    const last = store.rejected.at(-1);
    if (this.rejectedNode?.last !== last.id) {
      const isOpen = this.rejectedNode?.node.open ?? false;
      this.rejectedNode = { last: last.id, node: h("details", { open: isOpen }, h("summary", {}, `Rejected lines (${store.rejected.length} newest)`),
        [...store.rejected].reverse().map((one) => h("p", { class: "stream" }, said(one.reason, "why"), said(one.line.slice(0, 300), "code")))) };
    }
    return this.rejectedNode.node;
  }
}

function row(tag, label, values) {
  return h("tr", {}, h("th", {}, label), values.map((value) => h(tag, {}, value)));
}

function draw(chart, values) {
  const step = Math.max(1, Math.ceil(values.length / WIDTH));
  const most = Math.max(1, ...values);
  chart.number.textContent = (values.at(-1) ?? 0).toLocaleString("en");
  chart.most.textContent = `up to ${most.toLocaleString("en")} in 10 min`;
  const points = [];
  for (let index = 0; index < values.length; index += step) {
    const value = Math.max(...values.slice(index, index + step));
    points.push(`${((WIDTH * (index + 600 - values.length)) / 600).toFixed(1)},${(HEIGHT - 2 - ((HEIGHT - 4) * value) / most).toFixed(1)}`);
  }
  chart.line.setAttribute("points", points.join(" "));
}

customElements.define("figure-strip", FigureStrip);
