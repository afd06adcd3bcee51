// The page's connection to its server: a snapshot first, then what happens.

const EVENTS = ["workspace", "figures", "record", "message", "asked", "token"];
/// From one attempt to the next, in milliseconds.
const RETRY = 1000;
/// A browser opens six connections to a server (HTTP/1.1), for all of its windows together. One is left for what is asked.
const STREAMS = 5;

/// Takes one of the places for streams, and has `body` run while it has it.
///
/// - Returns: false where there is none.
async function withPlace(body) {
  if (!navigator.locks) {
    await body();
    return true;
  }
  for (let place = 0; place < STREAMS; place += 1) {
    const isTaken = await navigator.locks.request(`stream ${place}`, { ifAvailable: true }, async (lock) => {
      if (lock) await body();
      return lock !== null;
    });
    if (isTaken) return true;
  }
  return false;
}

export class Feed {
  /// - onChange: called when the store has changed; onState: with "live", "connecting", "asleep", "crowded" (too many windows) or
  /// "unknown" (the page isn't let in).
  constructor(store, onChange, onState) {
    this.store = store;
    this.onChange = onChange;
    this.onState = onState;
    this.source = null;
    this.lastID = "";
    this.loading = null;
    document.addEventListener("visibilitychange", () => this.wake());
  }

  /// A tab that isn't seen closes its stream, and goes on where it was when it is seen again.
  wake() {
    if (document.visibilityState === "hidden") {
      this.close();
      this.onState("asleep");
    } else if (!this.wanted && !this.loading) {
      if (this.lastID) this.listen(`after=${this.lastID}`);
      else this.load();
    }
  }

  close() {
    this.source?.close();
    this.source = null;
    this.wanted = null;
    this.leave?.();
  }

  /// Begins anew.
  load() {
    this.close();
    this.loading ??= this.loadNow().finally(() => { this.loading = null; });
    return this.loading;
  }

  async loadNow() {
    this.onState("connecting");
    for (;;) {
      try {
        const response = await fetch("/api/state");
        if (response.status === 401) return this.onState("unknown");
        if (response.ok) {
          const text = await response.text();
          this.store.reset();
          this.store.applyLines(text);
          break;
        }
      } catch { /* The server isn't there: it is asked again. */ }
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
    this.lastID = "";
    this.onChange(true);
    if (document.visibilityState === "hidden") this.onState("asleep");
    else this.listen(`run=${this.store.run}&at=${this.store.at}`);
  }

  async listen(place) {
    this.close();
    const wanted = this.wanted = {};
    while (this.wanted === wanted) {
      const wasOpen = await withPlace(() => new Promise((resolve) => {
        if (this.wanted !== wanted) return resolve();
        this.leave = resolve;
        this.open(place);
      }));
      if (wasOpen) return;
      if (this.wanted === wanted) this.onState("crowded");
      await new Promise((resolve) => setTimeout(resolve, RETRY));
    }
  }

  open(place) {
    const source = this.source = new EventSource(`/api/events?${place}`);
    source.onopen = () => this.onState("live");
    source.onerror = () => {
      if (source !== this.source) return;
      this.onState("connecting");
      // The browser tries again by itself, unless the answer was no.
      if (source.readyState === EventSource.CLOSED) {
        this.close();
        setTimeout(() => { if (!this.wanted) this.load(); }, RETRY);
      }
    };
    for (const name of EVENTS) {
      source.addEventListener(name, (event) => {
        this.store.applyText(name, event.data, true);
        if (event.lastEventId) this.lastID = event.lastEventId;
        this.onChange(false);
      });
    }
    // What would have come next isn't kept any more.
    source.addEventListener("gap", () => this.load());
  }
}

/// Records of a session, as lines: the newest, or those before some numbers, one for each workspace.
export async function loadSession(id, before) {
  const place = before ? `&before=${before.map((end, index) => `${index}:${end}`)}` : "";
  const response = await fetch(`/api/session?id=${encodeURIComponent(id)}${place}`);
  if (!response.ok) throw new Error((await response.text()).trim());
  return response.text();
}
