import type { PageLike } from "./page.js";
import type { StoredTokens, TokenStorage } from "./storage.js";

export interface KeepFreshOptions {
  readonly page: PageLike | undefined;
  readonly now: () => number;
  readonly storage: Pick<TokenStorage, "get">;
  /** Can these tokens be refreshed? */
  readonly canRefresh: (tokens: StoredTokens) => boolean;
  /** No attempt before this time, in Unix milliseconds. */
  readonly pausedUntilMs: () => number;
  /** Attempts a refresh. Never rejects. */
  readonly attempt: () => Promise<void>;
  /** The network is back, or the machine was asleep: what failed before may succeed now. */
  readonly onAwake: () => void;
}

export interface KeepFresh {
  /** Reads again when the next refresh is due. */
  schedule(): void;
  /** Refreshes ahead, hidden or not, until the returned function is called. */
  hold(): () => void;
  close(): void;
}

/** Timers stand still while a machine sleeps, so that none may be longer than this. */
const MAX_TIMER_MS = 15_000;
const ASLEEP_MS = 5000;

/**
 * Refreshes before a token expires, while somebody needs it: as long as the page is visible or a stream is open. Also
 * when the network comes back, when the page becomes visible, and after the machine was asleep.
 */
export function createKeepFresh({
  page,
  now,
  storage,
  canRefresh,
  pausedUntilMs,
  attempt,
  onAwake,
}: KeepFreshOptions): KeepFresh {
  let planned: { readonly token: string; readonly atMs: number } | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let held = 0;
  let attempting = false;

  /** When the next refresh is due; `undefined` without a session. */
  const dueMs = (): number | undefined => {
    const tokens = storage.get();
    if (tokens?.lifetimeSeconds === undefined || !canRefresh(tokens)) return undefined;
    const { accessToken: token, expiresAtSeconds, lifetimeSeconds } = tokens;
    // At 80 % of its life, 10 % earlier or later: clients that signed in together do not return together.
    if (planned?.token !== token)
      planned = { token, atMs: (expiresAtSeconds - lifetimeSeconds * (0.1 + Math.random() / 5)) * 1000 };
    return Math.max(planned.atMs, pausedUntilMs());
  };
  const isNeeded = (): boolean => held > 0 || page?.document?.visibilityState === "visible";

  const schedule = (): void => {
    clearTimeout(timer);
    const due = dueMs();
    if (due === undefined || !isNeeded()) return;
    const waitMs = Math.min(Math.max(due - now(), 0), MAX_TIMER_MS);
    const expectedMs = now() + waitMs;
    timer = setTimeout(() => {
      if (now() - expectedMs > ASLEEP_MS) onAwake();
      void check();
    }, waitMs);
  };

  const check = async (): Promise<void> => {
    const due = dueMs();
    if (due !== undefined && isNeeded() && !attempting && now() >= due) {
      attempting = true;
      await attempt();
      attempting = false;
    }
    schedule();
  };

  const awake = (): void => {
    onAwake();
    void check();
  };
  const shown = (): void => void check();
  page?.addEventListener?.("online", awake);
  page?.document?.addEventListener?.("visibilitychange", shown);

  return {
    schedule,
    hold() {
      held += 1;
      schedule();
      let isHeld = true;
      return () => {
        if (isHeld) held -= 1;
        isHeld = false;
        schedule();
      };
    },
    close() {
      clearTimeout(timer);
      page?.removeEventListener?.("online", awake);
      page?.document?.removeEventListener?.("visibilitychange", shown);
    },
  };
}
