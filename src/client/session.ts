import type { Account } from "./account.js";
import { type Challenge, credentialRefused, type GraphQLAnswer, stepUpChallenge } from "./answer.js";
import { documents } from "./documents.js";
import { RefusedError, SignedOutError } from "./errors.js";
import { createGatewayCalls } from "./gateway-calls.js";
import { ownPage } from "./page.js";
import type { PageSupport } from "./page-support.js";
import { createPause } from "./pause.js";
import { createRefreshOnce, type RefreshOutcome } from "./refresh-once.js";
import type { Session, SessionOptions } from "./session-api.js";
import { createSignOuts } from "./sign-out.js";
import { addListener, createState } from "./state.js";
import {
  memoryDevices,
  memoryStorage,
  type StoredTokens,
  sessionOf,
  type TokenStorage,
  tokensOfCookies,
} from "./storage.js";
import type { FetchLike, Operation, Received, SentOperation } from "./transport.js";

export type { ActiveSession, LoginInput, Session, SessionOptions } from "./session-api.js";

/** Creates the session of one user at one gateway, signed in or not. */
export function createSession(options: SessionOptions): Session {
  const { url, clientId, delivery = "bearer" } = options;
  const isCookie = delivery === "cookie";
  const given = options.storage ?? memoryStorage();
  const devices = given.devices ?? memoryDevices();
  const now = options.now ?? Date.now;
  const page = "page" in options ? options.page : ownPage();
  // An arrow function, because `fetch` fails when it is called with another `this`.
  const fetch: FetchLike = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const { prefix = "" } = options;
  const ask = documents(prefix);
  const refreshAheadMs = (options.refreshAheadSeconds ?? 10) * 1000;
  const state = createState(given, isCookie);
  const pause = createPause(now);
  const calls = createGatewayCalls({ url, fetch, delivery, state, now });
  /** The number of logins and sign-outs so far: only the answer to the last one is used. */
  let called = 0;
  let support: Promise<PageSupport | undefined> | undefined;

  /** Each change of the tokens is reported. */
  const storage: TokenStorage = {
    get: () => given.get(),
    set(tokens) {
      given.set(tokens);
      state.update();
      support?.then((part) => part?.schedule());
    },
  };
  /** The tokens of this tab, reported to the other ones. */
  const shared: TokenStorage = {
    get: storage.get,
    set(tokens) {
      if (tokens === undefined) return storage.set(tokens);
      const next = { ...tokens, generation: (given.get()?.generation ?? 0) + 1 };
      storage.set(next);
      support?.then((part) => part?.tabs?.share(next));
    },
  };

  /** Deletes the tokens. @param ended - the gateway ended the session, not the user */
  const signedOut = (ended: { readonly reason: string | undefined } | undefined): void => {
    given.set(undefined);
    state.signedOut(ended);
    support?.then((part) => part?.schedule());
    account?.drop();
    options.onSignedOut?.(ended?.reason);
  };

  let queue: Promise<unknown> = Promise.resolve();
  const exclusive = async <Result>(run: () => Promise<Result>): Promise<Result> => {
    const part = await support;
    if (part?.tabs?.exclusive !== undefined) return part.tabs.exclusive(run);
    if (!isCookie) return run();
    // The browser has one set of cookies: what replaces them runs one after the other.
    const mine = queue.then(run);
    queue = mine.catch(() => undefined);
    return mine;
  };

  const canRefresh = ({ refreshToken }: StoredTokens): boolean =>
    isCookie || refreshToken !== undefined || options.renewal === true;

  const exchange = async (tokens: StoredTokens): Promise<RefreshOutcome> => {
    if (!canRefresh(tokens)) return { kind: "refused" };
    pause.check();
    const { accessToken: token, refreshToken } = tokens;
    try {
      const proof = isCookie ? {} : refreshToken === undefined ? { accessToken: token } : { refreshToken };
      const outcome = await calls.exchange(ask.refresh(proof));
      pause.end();
      return outcome;
    } catch (failure) {
      pause.begin(failure);
      throw failure;
    }
  };

  const { refresh, handOut, isOf } = createRefreshOnce({
    storage: shared,
    exchange,
    exclusive,
    onEnded: (reason, session) => {
      support?.then((part) => part?.tabs?.over(session, { reason }));
      signedOut({ reason });
    },
  });

  const signOuts = createSignOuts({ delivery, ask, calls, exclusive, pending: given.signOutPending });

  const loadSupport = () => {
    support ??= import("./page-support.js")
      .then(({ createPageSupport }) =>
        createPageSupport(page, {
          name: `cardea:${url}:${clientId ?? "default"}`,
          storage,
          replaces: isCookie,
          isSignedIn: () => state.reported().kind === "signedIn",
          update: state.update,
          onOver: signedOut,
          now,
          canRefresh,
          pausedUntilMs: pause.untilMs,
          attempt: async () => {
            const current = storage.get();
            if (current !== undefined) await refresh(current.accessToken).catch(() => undefined);
          },
          onAwake() {
            pause.skip();
            void signOuts.retry();
          },
        }),
      )
      // Without it, the gateway's grace window gives all tabs the same successor.
      .catch(() => undefined);
    return support;
  };
  if (page !== undefined) void loadSupport();

  // In a window, and with cookies, somebody may be signed in already.
  let started: Promise<void> | undefined = isCookie || page !== undefined ? undefined : Promise.resolve();
  const start = (): Promise<void> => {
    started ??= import("./starting.js")
      .then(({ start: begin }) =>
        begin({
          isCookie,
          storage: shared,
          state,
          prefix,
          calls,
          exchange,
          exclusive,
          signOuts,
          look: async () => (await support)?.tabs?.look(),
        }),
      )
      .catch((error: unknown) => {
        started = undefined;
        // Without cookies nobody has to be asked: the session of another tab is not found, and that is all.
        if (isCookie) throw error;
      });
    return started;
  };
  if (!isCookie) void start().catch(() => undefined);

  const accessToken = async (before?: string): Promise<string | undefined> => {
    await start();
    const tokens = storage.get();
    if (tokens === undefined || (before !== undefined && !isOf(tokens, before))) return undefined;
    return tokens.expiresAtSeconds * 1000 - now() > refreshAheadMs
      ? handOut(tokens)
      : refresh(tokens.accessToken);
  };

  /** Sends with the session; refreshes and repeats once when the token is refused. */
  const withSession = async (operation: SentOperation, signal?: AbortSignal): Promise<Received> => {
    const sent = signal === undefined ? {} : { signal };
    const token = await accessToken();
    const received = await calls.reach(operation, token, sent);
    if (token === undefined || !credentialRefused(received.answer)) return received;
    return calls.reach(operation, await refresh(token), sent);
  };

  const promptListeners = new Set<() => void>();
  let account: Account | undefined;
  const loadAccount = async (): Promise<Account> => {
    const { createAccount } = await import("./account.js");
    account ??= createAccount({
      prefix,
      url,
      clientId,
      isCookie,
      devices,
      ask,
      calls,
      storage: shared,
      accessToken: () => accessToken(),
      refresh,
      exclusive,
      withSession,
      prompt: options.onStepUp,
      listeners: promptListeners,
    });
    return account;
  };
  const sessionNow = (): string | undefined => {
    const current = storage.get();
    return current && sessionOf(current);
  };
  const hasPrompt = (): boolean => options.onStepUp !== undefined || promptListeners.size > 0;
  const stepUp = async (challenge: Challenge): Promise<boolean> => {
    const session = sessionNow();
    return hasPrompt() && (await loadAccount()).stepUp(challenge, session);
  };

  return {
    url,
    delivery,
    async login(input) {
      called += 1;
      const call = called;
      const tokens = await (await loadAccount()).login(input);
      if (call !== called) {
        // Cookies were replaced by the later login, or are ended by the later sign-out.
        if (!isCookie) await signOuts.end(tokens);
        throw new SignedOutError("SUPERSEDED");
      }
      pause.end();
      given.signOutPending?.set(false);
      shared.set(tokens);
    },
    async reauthenticate(password) {
      const session = sessionNow();
      return (await loadAccount()).reauthenticate(password, session);
    },
    async logout() {
      called += 1;
      const tokens = storage.get();
      if (tokens === undefined && state.getState().kind !== "unknown") {
        state.signedOut();
        return { confirmed: true };
      }
      if (tokens !== undefined) support?.then((part) => part?.tabs?.over(sessionOf(tokens)));
      started = Promise.resolve();
      signedOut(undefined);
      return { confirmed: await signOuts.end(tokens) };
    },
    accessToken,
    refresh,
    stepUp,
    getPrompt: () => account?.getPrompt(),
    subscribePrompt: (listener) => addListener(promptListeners, listener),
    async request<Data, Variables>(
      operation: Operation<Data, Variables>,
      { signal, repeat = false }: { readonly signal?: AbortSignal; readonly repeat?: boolean } = {},
    ) {
      await start();
      const began = sessionNow();
      let received = await withSession(operation, signal);
      const challenge = stepUpChallenge(received.answer);
      const mayAgain =
        challenge !== undefined &&
        hasPrompt() &&
        (await (await loadAccount()).proveFor(operation, received.answer, challenge, began, repeat));
      if (mayAgain && began === sessionNow()) received = await withSession(operation, signal);
      if (received.answer === undefined)
        throw new RefusedError(
          "UNREADABLE_ANSWER",
          `The gateway answered HTTP ${received.status} without a GraphQL response.`,
        );
      return received.answer as GraphQLAnswer<Data>; // the caller declares the type of its own operation
    },
    sessions: async () => (await loadAccount()).sessions(),
    revokeSession: async (id) => (await loadAccount()).revokeSession(id),
    signedIn: () => storage.get() !== undefined,
    getState: state.getState,
    subscribe(listener) {
      start().catch(() => undefined);
      return state.subscribe(listener);
    },
    hydrate(rendered) {
      if (rendered.kind === "unknown" || state.getState().kind !== "unknown") return;
      started = Promise.resolve();
      if (rendered.kind === "signedIn") storage.set(tokensOfCookies());
      else state.signedOut(rendered.kind === "ended" ? rendered : undefined);
    },
    keepFresh() {
      const held = loadSupport().then((part) => part?.hold());
      return () => void held.then((release) => release?.());
    },
    async diagnose() {
      const { diagnose } = await import("./diagnose.js");
      return diagnose({ url, fetch, delivery, storage: given, now, prefix });
    },
    close() {
      support?.then((part) => part?.close());
    },
  };
}
