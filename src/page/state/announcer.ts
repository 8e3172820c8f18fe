import type { Store } from "./store.js";

/** Writes to the page's polite live region. The same text twice is two announcements, so the region is emptied between. */
export function createAnnouncer(region: Store<string>): (message: string) => void {
  return (message) => {
    region.set("");
    queueMicrotask(() => region.set(message));
  };
}
