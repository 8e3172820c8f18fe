import type { LockManagerLike, PageLike } from "./page.js";
import { type StoredTokens, sessionOf, type TokenStorage } from "./storage.js";

/** What the tabs of one origin send to each other. It is never stored. */
type Message =
  | { readonly kind: "tokens"; readonly tokens: StoredTokens | undefined; readonly to?: string }
  | { readonly kind: "look"; readonly from: string }
  | { readonly kind: "over"; readonly session: string; readonly ended?: Ended | undefined };

/** Why the gateway ended a session; absent when the user signed out. */
interface Ended {
  readonly reason: string | undefined;
}

export interface Tabs {
  /** Runs alone among all tabs, after this tab knows the tokens that the others hold. Absent without Web Locks. */
  readonly exclusive: (<Result>(run: () => Promise<Result>) => Promise<Result>) | undefined;
  /** Asks the other tabs for their tokens. Resolves when they have answered, or after half a second. */
  look(): Promise<void>;
  /** Gives these tokens to the other tabs. */
  share(tokens: StoredTokens): void;
  /** Reports the end of a session to the other tabs. */
  over(session: string, ended?: Ended): void;
  close(): void;
}

export interface TabsOptions {
  /** Separates gateways and clients: tabs with another name hear nothing. */
  readonly name: string;
  readonly page: PageLike;
  readonly storage: TokenStorage;
  /** With cookies: a sign-in of another tab has replaced the session of this one. */
  readonly replaces: boolean;
  /** Does this tab show that somebody is signed in? Another tab may have emptied a storage that both share. */
  readonly isSignedIn: () => boolean;
  /** Reads a shared storage again. */
  readonly update: () => void;
  /** Another tab ended the session that is held here. */
  readonly onOver: (ended: Ended | undefined) => void;
}

/** A frozen tab does not answer, and one that holds the lock must not stop the others for ever. */
const ANSWER_TIMEOUT_MS = 500;
const LOCK_TIMEOUT_MS = 10_000;

/**
 * Connects the tabs of one origin: one refresh for all of them, and one sign-out.
 *
 * Tokens of another tab are taken when they are newer ones of the session held here, or when none is held. Those of
 * another session change nothing. Without Web Locks the gateway's grace window gives both tabs the same successor.
 */
export function createTabs({ name, page, storage, replaces, isSignedIn, update, onOver }: TabsOptions): Tabs {
  const locks = page.navigator?.locks;
  const channel = page.BroadcastChannel === undefined ? undefined : new page.BroadcastChannel(name);
  // Not a secret: `crypto.randomUUID` is missing on pages without TLS.
  const tabId = `${Date.now()} ${Math.random()}`;
  const over = new Set<string>();
  let answered = (): void => undefined;
  const post = (message: Message): void => channel?.postMessage(message);

  const take = (tokens: StoredTokens): void => {
    const held = storage.get();
    if (over.has(sessionOf(tokens))) return;
    // A page that a server rendered does not know the id of its session. The browser has only one.
    const isKnown = !replaces || (held !== undefined && sessionOf(held) !== "" && sessionOf(tokens) !== "");
    const isOther = held !== undefined && isKnown && sessionOf(held) !== sessionOf(tokens);
    if (isOther && replaces) onOver(undefined);
    else if (isOther || (held?.generation ?? 0) >= (tokens.generation ?? 0)) return;
    // The id by which the requests of this tab know the session stays.
    storage.set({ ...tokens, session: sessionOf(isOther || held === undefined ? tokens : held) });
  };

  if (channel !== undefined)
    channel.onmessage = ({ data }) => {
      const message = data as Message; // posted above, by a page of the same origin
      if (message.kind === "look") post({ kind: "tokens", tokens: storage.get(), to: message.from });
      else if (message.kind === "over") {
        over.add(message.session);
        const held = storage.get();
        const isMine =
          held === undefined
            ? isSignedIn()
            : sessionOf(held) === message.session || (replaces && sessionOf(held) === "");
        if (isMine) onOver(message.ended);
      } else {
        if (message.tokens !== undefined) take(message.tokens);
        update();
        if (message.to === tabId) answered();
      }
    };

  // Held as long as this tab lives: whoever looks counts the tabs that can answer.
  const closed = new AbortController();
  const gone = new Promise<void>((resolve) => closed.signal.addEventListener("abort", () => resolve()));
  locks?.request(`${name}:open`, { mode: "shared" }, () => gone).catch(() => undefined);

  const look = async (): Promise<void> => {
    if (channel === undefined || locks === undefined) return;
    // Refused in a sandbox without an origin: such a tab is alone.
    const { held = [] } = await locks
      .query()
      .catch((): Awaited<ReturnType<LockManagerLike["query"]>> => ({}));
    let others = held.filter((lock) => lock.name === `${name}:open`).length - 1;
    if (others < 1) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ANSWER_TIMEOUT_MS);
      answered = () => {
        others -= 1;
        if (others > 0) return;
        clearTimeout(timer);
        resolve();
      };
      post({ kind: "look", from: tabId });
    });
  };

  const exclusiveWith =
    (manager: LockManagerLike) =>
    async <Result>(run: () => Promise<Result>): Promise<Result> => {
      let hasRun = false;
      const alone = async (): Promise<Result> => {
        hasRun = true;
        await look();
        return run();
      };
      try {
        return await manager.request(name, { signal: AbortSignal.timeout(LOCK_TIMEOUT_MS) }, alone);
      } catch (cause) {
        if (hasRun) throw cause;
        return alone();
      }
    };

  // Another tab signed out while this one was loading.
  if (storage.get() === undefined && isSignedIn()) onOver(undefined);

  return {
    look,
    exclusive: locks === undefined ? undefined : exclusiveWith(locks),
    share: (tokens) => post({ kind: "tokens", tokens }),
    over(session, ended) {
      over.add(session);
      post({ kind: "over", session, ended });
    },
    close() {
      closed.abort();
      channel?.close();
    },
  };
}
