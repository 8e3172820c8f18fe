import type { PageEvents } from "../../http/page/contract.js";
import { createStore, type Store } from "./store.js";

/** One event of the stream, by its name. */
export type LiveEvent = {
  readonly [Name in keyof PageEvents]: { readonly name: Name; readonly data: PageEvents[Name] };
}[keyof PageEvents];

/** `idle`: nobody has listened yet. `lost`: the browser is connecting again. */
export type Connection = "idle" | "connecting" | "open" | "lost";

export interface LiveEvents {
  /** Connects with the first listener, or joins the tab that is connected. @returns ends the subscription */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  readonly connection: Store<Connection>;
}

/** The part of `EventSource` that is used. */
type Source = Pick<EventSource, "addEventListener">;

/** What the stream needs of the browser. */
export interface EventParts {
  readonly open: (url: string) => Source;
  /** Absent where the page is not a secure context: then each tab has a stream of its own. */
  readonly locks: Pick<LockManager, "request"> | undefined;
  readonly channel: (name: string) => Pick<BroadcastChannel, "postMessage" | "addEventListener">;
}

/** What tabs of one origin send to each other. */
type TabMessage =
  | { readonly kind: "event"; readonly event: LiveEvent }
  | { readonly kind: "connection"; readonly connection: Connection }
  | { readonly kind: "ask" };

/** An `EventSource` reports only events that somebody listens to by name. */
const NAMES: Readonly<Record<keyof PageEvents, true>> = {
  state: true,
  event: true,
  received: true,
  dropped: true,
  end: true,
};

/**
 * The gateway's events, by one stream for all tabs of a browser: a browser opens six connections to a host, and streams
 * that hold all of them would stop every tab. The tab that holds a Web Lock has the stream and passes on what comes; when
 * it closes, the next one takes the lock.
 *
 * @param url - `undefined`: the gateway has no stream, so nothing is connected and nothing comes
 */
export function watchEvents(url: string | undefined, parts: EventParts = browserParts()): LiveEvents {
  const listeners = new Set<(event: LiveEvent) => void>();
  const connection = createStore<Connection>("idle");
  const tell = (event: LiveEvent): void => {
    for (const listener of [...listeners]) listener(event);
  };
  return {
    connection,
    subscribe: (listener) => {
      listeners.add(listener);
      if (url !== undefined && connection.get() === "idle") {
        connection.set("connecting");
        share(url, parts, { tell, connection });
      }
      return () => void listeners.delete(listener);
    },
  };
}

interface Receiver {
  readonly tell: (event: LiveEvent) => void;
  readonly connection: Store<Connection>;
}

function share(url: string, { open, locks, channel }: EventParts, { tell, connection }: Receiver): void {
  if (locks === undefined) {
    read(open(url), { tell, show: connection.set });
    return;
  }
  const tabs = channel(`cardea.page ${url}`);
  const post = (message: TabMessage): void => tabs.postMessage(message);
  let isLeading = false;
  tabs.addEventListener("message", ({ data }) => {
    const message = data as TabMessage; // another tab of this page
    if (message.kind === "ask") {
      if (isLeading) post({ kind: "connection", connection: connection.get() });
    } else if (isLeading) return;
    else if (message.kind === "connection") connection.set(message.connection);
    else tell(message.event);
  });
  void locks.request(`cardea.page ${url}`, () => {
    isLeading = true;
    read(open(url), {
      tell: (event) => {
        post({ kind: "event", event });
        tell(event);
      },
      show: (shown) => {
        post({ kind: "connection", connection: shown });
        connection.set(shown);
      },
    });
    // Held until the tab closes.
    return new Promise<never>(() => undefined);
  });
  post({ kind: "ask" });
}

function read(
  source: Source,
  {
    tell,
    show,
  }: { readonly tell: (event: LiveEvent) => void; readonly show: (connection: Connection) => void },
): void {
  source.addEventListener("open", () => show("open"));
  // The browser connects again by itself.
  source.addEventListener("error", () => show("lost"));
  for (const name of Object.keys(NAMES))
    source.addEventListener(name, (message) => {
      const event = parse(name, (message as MessageEvent<unknown>).data); // named events are messages
      if (event !== undefined) tell(event);
    });
}

const browserParts = (): EventParts => ({
  open: (url) => new EventSource(url),
  // Browsers leave it out of pages that are not a secure context, which the types do not say.
  locks: (globalThis.navigator as Partial<Navigator> | undefined)?.locks,
  channel: (name) => new BroadcastChannel(name),
});

function parse(name: string, data: unknown): LiveEvent | undefined {
  if (typeof data !== "string") return undefined;
  try {
    return { name, data: JSON.parse(data) } as LiveEvent; // from our own gateway
  } catch {
    return undefined;
  }
}
