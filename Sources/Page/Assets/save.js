// A session as a file.
import { h } from "./dom.js";
import { loadSession } from "./feed.js";

/// What is saved of a session at most, in characters.
const LARGEST_FILE = 100_000_000;
/// What a record's line begins with.
const RECORD = 'record {"record":';

/// Saves all records of a session as they came, oldest first. Returns what is to be said of it.
export async function saveSession(id) {
  const records = [];
  let [reached, size] = [undefined, 0];
  do {
    const page = await loadSession(id, reached);
    reached = [...(reached ?? [])];
    const lines = [];
    for (const line of page.split("\n")) {
      if (line.startsWith(RECORD)) lines.push(line.slice(RECORD.length, line.lastIndexOf(',"workspace":')));
      else if (line.startsWith("kept ")) reached[JSON.parse(line.slice(5)).workspace] = JSON.parse(line.slice(5)).first;
    }
    records.unshift(...lines);
    size += page.length;
  } while (size < LARGEST_FILE && reached.some((first) => first > 1));
  const url = URL.createObjectURL(new Blob([records.join("\n") + "\n"], { type: "application/x-ndjson" }));
  h("a", { href: url, download: `${id.replace(/[^\w.-]+/g, "_").slice(0, 80)}.jsonl` }).click();
  URL.revokeObjectURL(url);
  return size < LARGEST_FILE ? "" : `Only the newest ${records.length} records are saved.`;
}
