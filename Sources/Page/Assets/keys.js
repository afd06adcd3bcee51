// Keys. They can be switched off: somebody who speaks to the computer may say a letter without meaning it (WCAG 2.1.4).

export const KEYS = [
  ["j", "next session"], ["k", "session before"], ["Enter", "open the session"], ["/", "search"], ["p", "stop following, or go on"],
  ["u", "use the newest suggestion"], ["e", "edit it"], ["d", "dismiss it"], ["Escape", "leave a field or a dialog"], ["?", "this list"],
];

/// Calls an action for a key that is pressed outside fields.
export function listen(actions) {
  document.addEventListener("keydown", (event) => {
    const isField = event.target.closest("input, textarea, select, dialog");
    if (event.key === "Escape" && isField && !event.target.closest("dialog")) return event.target.blur();
    if (event.repeat && event.key !== "j" && event.key !== "k") return;
    if (isField || event.ctrlKey || event.metaKey || event.altKey || !isOn()) return;
    if (event.key === "Enter" && event.target.closest("button, a, summary, [role=listbox]")) return;
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });
}

export const isOn = () => localStorage.getItem("keys") !== "off";
export const setOn = (isWanted) => localStorage.setItem("keys", isWanted ? "on" : "off");
