import type { ChannelLike, LockManagerLike, PageLike } from "../../src/client/index.js";

/** A window that a test can hide, show and disconnect. */
export interface TestPage extends PageLike {
  /** A tab in the background of a telephone: it hears nothing, and answers nothing. */
  freeze(): void;
  thaw(): void;
  show(): void;
  hide(): void;
  /** The event `online`. */
  connect(): void;
}

export interface BrowserTabs {
  open(): TestPage;
  /** The names of locks that were taken alone, in their order. */
  readonly locked: string[];
}

interface Waiting {
  readonly mode: "exclusive" | "shared";
  start(): void;
}

/**
 * The tabs of one browser, in one process: Web Locks and BroadcastChannel as the standards describe them, and windows
 * that report visibility. The same code runs in Chromium in a test of its own.
 */
export function createBrowserTabs(): BrowserTabs {
  const channels = new Set<{ readonly name: string; readonly channel: Channel }>();
  const held = new Map<string, Waiting[]>();
  const waiting = new Map<string, Waiting[]>();
  const locked: string[] = [];

  abstract class Channel implements ChannelLike {
    onmessage: ChannelLike["onmessage"] = null;
    abstract readonly isFrozen: boolean;
    readonly #entry;
    constructor(name: string) {
      this.#entry = { name, channel: this };
      channels.add(this.#entry);
    }
    postMessage(message: unknown): void {
      const copy: unknown = structuredClone(message);
      for (const { name, channel } of channels)
        if (name === this.#entry.name && channel !== this)
          setTimeout(() => {
            if (!channel.isFrozen) channel.onmessage?.({ data: copy });
          }, 1);
    }
    close(): void {
      channels.delete(this.#entry);
    }
  }

  const grant = (name: string): void => {
    const queue = waiting.get(name) ?? [];
    const holders = held.get(name) ?? [];
    const [first] = queue;
    if (first === undefined) return;
    const isFree = holders.length === 0 || (first.mode === "shared" && holders[0]?.mode === "shared");
    if (!isFree) return;
    waiting.set(name, queue.slice(1));
    held.set(name, [...holders, first]);
    first.start();
    grant(name);
  };

  const locks: LockManagerLike = {
    request: (name, { mode = "exclusive", signal }, run) =>
      new Promise((resolve, reject) => {
        const entry: Waiting = {
          mode,
          start() {
            if (mode === "exclusive") locked.push(name);
            run()
              .then(resolve, reject)
              .finally(() => {
                held.set(
                  name,
                  (held.get(name) ?? []).filter((one) => one !== entry),
                );
                grant(name);
              });
          },
        };
        waiting.set(name, [...(waiting.get(name) ?? []), entry]);
        signal?.addEventListener("abort", () => {
          const queue = waiting.get(name) ?? [];
          if (!queue.includes(entry)) return;
          waiting.set(
            name,
            queue.filter((one) => one !== entry),
          );
          reject(signal.reason);
        });
        grant(name);
      }),
    query: () =>
      Promise.resolve({
        held: [...held].flatMap(([name, holders]) => holders.map(() => ({ name }))),
      }),
  };

  const open = (): TestPage => {
    let isFrozen = false;
    class OwnChannel extends Channel {
      get isFrozen(): boolean {
        return isFrozen;
      }
    }
    const window = new EventTarget();
    const document = Object.assign(new EventTarget(), { visibilityState: "visible" });
    const turn = (to: "visible" | "hidden") => (): void => {
      document.visibilityState = to;
      document.dispatchEvent(new Event("visibilitychange"));
    };
    return {
      document,
      navigator: { locks },
      BroadcastChannel: OwnChannel,
      addEventListener: (type, listener) => window.addEventListener(type, listener),
      removeEventListener: (type, listener) => window.removeEventListener(type, listener),
      freeze() {
        isFrozen = true;
      },
      thaw() {
        isFrozen = false;
      },
      show: turn("visible"),
      hide: turn("hidden"),
      connect: () => void window.dispatchEvent(new Event("online")),
    };
  };
  return { open, locked };
}
