import type { PageEvents } from "../../http/page/contract.js";
import { createStore, type Store } from "./store.js";

/** One event of the stream, by its name. */
export type LiveEvent = {
  readonly [Name in keyof PageEvents]: { readonly name: Name; readonly data: PageEvents[Name] };
}[keyof PageEvents];

/** `idle`: nobody has listened yet. `lost`: the browser is connecting again. */
export type Connection = "idle" | "connecting" | "open" | "lost";

export interface LiveEvents {
  /** Connects with the first listener and stays connected. @returns ends the subscription */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  readonly connection: Store<Connection>;
}

/** The part of `EventSource` that is used. */
type Source = Pick<EventSource, "addEventListener">;

/** An `EventSource` reports only events that somebody listens to by name. */
const NAMES: Readonly<Record<keyof PageEvents, true>> = {
  state: true,
  event: true,
  received: true,
  dropped: true,
  end: true,
};

/**
 * The gateway's events, by one stream for the whole page.
 *
 * @param url - `undefined`: the gateway has no stream, so nothing is connected and nothing comes
 */
export function watchEvents(
  url: string | undefined,
  open: (url: string) => Source = (address) => new EventSource(address),
): LiveEvents {
  const listeners = new Set<(event: LiveEvent) => void>();
  const connection = createStore<Connection>("idle");
  const connect = (address: string): void => {
    connection.set("connecting");
    const source = open(address);
    source.addEventListener("open", () => connection.set("open"));
    // The browser connects again by itself.
    source.addEventListener("error", () => connection.set("lost"));
    for (const name of Object.keys(NAMES))
      source.addEventListener(name, (message) => {
        const event = parse(name, (message as MessageEvent<unknown>).data); // named events are messages
        if (event !== undefined) for (const listener of [...listeners]) listener(event);
      });
  };
  return {
    connection,
    subscribe: (listener) => {
      listeners.add(listener);
      if (url !== undefined && connection.get() === "idle") connect(url);
      return () => void listeners.delete(listener);
    },
  };
}

function parse(name: string, data: unknown): LiveEvent | undefined {
  if (typeof data !== "string") return undefined;
  try {
    return { name, data: JSON.parse(data) } as LiveEvent; // from our own gateway
  } catch {
    return undefined;
  }
}
