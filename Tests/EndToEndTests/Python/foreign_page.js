// What a page of somebody else's may try. Arguments: the page's origin, and what is called in the end.
const [origin, done] = arguments;
const message = JSON.stringify({ session_id: "x", sender: "rm", message: "forged" });
const json = { "Content-Type": "application/json" };
const compose = (options) => fetch(origin + "/api/compose", { method: "POST", credentials: "include", body: message, ...options });
const opens = (one) => new Promise((yes, no) => { one.onload = one.onopen = yes; one.onerror = no; });
const element = (name, fields) => Object.assign(document.createElement(name), fields);

const script = element("script", { src: origin + "/app.js" });
const attempts = [
  fetch(origin + "/api/state", { credentials: "include" }).then((answer) => answer.text()),
  compose({ headers: json }),
  compose({ mode: "no-cors" }),
  opens(new EventSource(origin + "/api/events", { withCredentials: true })),
  opens(new WebSocket(origin.replace("http", "ws") + "/api/events")),
  opens(script),
];
document.head.append(script);
document.body.append(element("iframe", { name: "frame", src: origin + "/" }));
const form = element("form", { method: "post", action: origin + "/api/compose", enctype: "text/plain", target: "frame" });
form.append(element("input", { name: message, value: "" }));
document.body.append(form);
form.submit();
Promise.allSettled(attempts).then((all) => done(all.map((one) => one.status)));
