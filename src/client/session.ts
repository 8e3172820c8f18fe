import { type Challenge, credentialRefused, errorCode, type GraphQLAnswer } from "./answer.js";
import { documents } from "./documents.js";
import { GatewayUnavailableError, RefusedError, SignedOutError } from "./errors.js";
import type { RevokeMutation, SessionsQuery } from "./generated/operations.js";
import { holdsMutation, mayRepeat } from "./operation-kind.js";
import { createProof } from "./proof.js";
import { createRefreshOnce, type RefreshOutcome } from "./refresh-once.js";
import { createState, type SessionState } from "./state.js";
import { createStepUp, stepUpChallenge } from "./step-up.js";
import { memoryDevices, memoryStorage, type StoredTokens, sessionOf, type TokenStorage } from "./storage.js";
import {
  type FetchLike,
  type Operation,
  outageOf,
  type Received,
  refusalOf,
  type SentOperation,
  send,
} from "./transport.js";

export interface SessionOptions {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchLike;
  /** Default: in memory. */
  readonly storage?: TokenStorage;
  /** Client id, as in `clients` of the gateway. Default: `default`. */
  readonly clientId?: string;
  /** Prefix of the auth subgraph's root fields (`authSubgraph.prefix`). Default: none. */
  readonly prefix?: string;
  /**
   * For a client without refresh tokens that may renew its access token (`clients.<id>.renewal`): the access token
   * itself is sent, shortly before or after its expiry. Default false: the session ends with its access token.
   */
  readonly renewal?: boolean;
  /** A token that expires sooner than this is refreshed before it is sent. Seconds, default 10. */
  readonly refreshAheadSeconds?: number;
  /** Called once when the session has ended: signed out here or elsewhere, expired, or refused. */
  readonly onSignedOut?: (reason: string | undefined) => void;
  /**
   * Called when an operation requires a fresh sign-in, through `request`, the Apollo link or the fetch. Show a password
   * prompt, call `reauthenticate` and return `true`: the operation is then sent again, unless it is a mutation of which
   * a part has run. Without it the partial answer is returned.
   */
  readonly onStepUp?: (challenge: Challenge) => Promise<boolean>;
  /** Unix milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

export interface LoginInput {
  readonly username: string;
  readonly password: string;
  /** Space-separated. Default: all scopes that are allowed. */
  readonly scope?: string;
  /** Shown in the list of sessions. */
  readonly device?: string;
}

export interface Session {
  /**
   * Signs in. Of several parallel logins the last one wins, and the sessions of the others are ended.
   *
   * @throws RefusedError `INVALID_CREDENTIALS` | `RATE_LIMITED` …; GatewayUnavailableError when the gateway cannot
   * answer
   */
  login(input: LoginInput): Promise<void>;
  /**
   * Step-up: verifies the password again and sets the time of authentication. Several calls run one after the other,
   * each for the session in which it was called.
   *
   * @throws as `login`; SignedOutError when that session has ended or was replaced
   */
  reauthenticate(password: string): Promise<void>;
  /**
   * Ends this session at the gateway and deletes the tokens, even when the gateway cannot be reached. An expired access
   * token is no obstacle, because the refresh token is sent.
   *
   * @returns whether the gateway confirmed it; if not, the session ends there when it expires
   */
  logout(): Promise<{ readonly confirmed: boolean }>;
  /**
   * The access token to send now, refreshed when it is about to expire; `undefined` when signed out.
   *
   * @param before - an earlier token: returns one of the same session, or `undefined` when the session is another one
   * now
   */
  accessToken(before?: string): Promise<string | undefined>;
  /** Replaces an access token that was refused. All waiting calls share one refresh. */
  refresh(usedAccessToken: string): Promise<string>;
  /** Calls `onStepUp`. All calls while the prompt is open share it. False without `onStepUp`. */
  stepUp(challenge: Challenge): Promise<boolean>;
  /** Sends an operation with the session. Refreshes and repeats it once when the token is refused; steps up if required. */
  request<Data = Readonly<Record<string, unknown>>, Variables = Readonly<Record<string, unknown>>>(
    operation: Operation<Data, Variables>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<GraphQLAnswer<Data>>;
  /** The live sessions of the user; this one has `current: true`. @throws RefusedError */
  sessions(): Promise<readonly ActiveSession[]>;
  /** Ends another session of the user. @returns how many ended: 0 for a session of somebody else */
  revokeSession(id: string): Promise<number>;
  signedIn(): boolean;
  /** The state for a user interface. Equal states are the same object. Never throws. */
  getState(): SessionState;
  /**
   * Calls the listener once after each change of the state: what React's `useSyncExternalStore`, Svelte, Vue and
   * Angular need.
   *
   * @returns a function that ends it
   */
  subscribe(listener: () => void): () => void;
}

/** One login on one device, as its owner sees it. Times in Unix seconds. */
export type ActiveSession = NonNullable<SessionsQuery["sessions"]>[number];

/** Creates the session of one user at one gateway, signed in or not. Bearer mode: this object keeps the tokens. */
export function createSession(options: SessionOptions): Session {
  const { url, clientId } = options;
  const given = options.storage ?? memoryStorage();
  const state = createState(given);
  /** Each change of the tokens is reported. */
  const storage: TokenStorage = {
    get: () => given.get(),
    set(tokens) {
      given.set(tokens);
      state.update();
    },
  };
  const devices = given.devices ?? memoryDevices();
  const now = options.now ?? Date.now;
  // An arrow function, because `fetch` fails when it is called with another `this`.
  const fetch: FetchLike = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const ask = documents(options.prefix ?? "");
  const refreshAheadMs = (options.refreshAheadSeconds ?? 10) * 1000;
  const stepUp = createStepUp(options.onStepUp, () => {
    const current = storage.get();
    return current === undefined ? undefined : sessionOf(current);
  });
  /** The number of logins and sign-outs so far: only the answer to the last one is used. */
  let called = 0;

  const exchange = async ({ accessToken, refreshToken }: StoredTokens): Promise<RefreshOutcome> => {
    if (refreshToken === undefined && options.renewal !== true) return { kind: "refused" };
    const proof = refreshToken === undefined ? { accessToken } : { refreshToken };
    const received = await reach(ask.refresh(proof), undefined);
    const outage = outageOf(received);
    if (outage !== undefined) throw outage;
    const tokens = tokensOf(received);
    if (tokens !== undefined) return { kind: "refreshed", tokens };
    const refusal = received.answer?.errors?.find((error) => errorCode(error) === "INVALID_GRANT");
    // Only a refusal of the gateway ends a session; an unreadable answer does not.
    if (refusal === undefined) throw new GatewayUnavailableError("The gateway sent no readable answer.");
    const reason = refusal.extensions?.["reason"];
    return { kind: "refused", ...(typeof reason === "string" ? { reason } : {}) };
  };

  const { refresh, handOut, isOf } = createRefreshOnce({
    storage,
    exchange,
    onEnded: (reason) => {
      given.set(undefined);
      state.signedOut({ reason });
      options.onSignedOut?.(reason);
    },
  });

  async function reach(
    operation: SentOperation,
    token: string | undefined,
    signal?: AbortSignal,
  ): Promise<Received> {
    try {
      const received = await send(fetch, url, operation, token, signal === undefined ? {} : { signal });
      state.gateway(outageOf(received) === undefined ? "reachable" : "unreachable");
      return received;
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      state.gateway("unreachable");
      throw new GatewayUnavailableError("The gateway could not be reached.", { cause });
    }
  }

  function tokensOf({ answer }: Received): StoredTokens | undefined {
    const payload = Object.values(answer?.data ?? {})[0];
    if (typeof payload !== "object" || payload === null) return undefined;
    const { accessToken, refreshToken, expiresIn } = payload as Readonly<Record<string, unknown>>; // checked above
    if (typeof accessToken !== "string" || typeof expiresIn !== "number") return undefined;
    return {
      accessToken,
      ...(typeof refreshToken === "string" ? { refreshToken } : {}),
      // Computed with our own clock, because the gateway's may differ.
      expiresAtSeconds: Math.floor(now() / 1000) + expiresIn,
    };
  }

  /** The tokens of an answer. @throws RefusedError, GatewayUnavailableError */
  const granted = (received: Received): StoredTokens => {
    const outage = outageOf(received);
    // RATE_LIMITED is a refusal of this attempt; the other codes say nothing about it.
    if (outage !== undefined && outage.code !== "RATE_LIMITED") throw outage;
    const tokens = tokensOf(received);
    if (tokens === undefined) throw refusalOf(received.answer?.errors ?? []);
    return tokens;
  };

  /** Stores the device token of a login, even if its session is not used. */
  const keepDevice = (username: string, { answer }: Received): void => {
    const [payload] = Object.values(answer?.data ?? {}) as { readonly deviceToken?: unknown }[]; // checked below
    if (typeof payload?.deviceToken === "string") devices.set(username, payload.deviceToken, url);
  };

  /** The only field of one of our operations. @throws RefusedError with the code of the gateway */
  const answered = <Field>(received: Received): NonNullable<Field> => {
    const [value] = Object.values(received.answer?.data ?? {});
    if (value === undefined || value === null) throw refusalOf(received.answer?.errors ?? []);
    return value as NonNullable<Field>; // typed by the generated operations
  };

  const accessToken = async (before?: string): Promise<string | undefined> => {
    const tokens = storage.get();
    if (tokens === undefined || (before !== undefined && !isOf(tokens, before))) return undefined;
    return tokens.expiresAtSeconds * 1000 - now() > refreshAheadMs
      ? handOut(tokens)
      : refresh(tokens.accessToken);
  };

  /** Sends with the session; refreshes and repeats once when the token is refused. Also returns the token that was used. */
  const withToken = async (operation: SentOperation, signal?: AbortSignal) => {
    const token = await accessToken();
    const received = await reach(operation, token, signal);
    if (token === undefined || !credentialRefused(received.answer)) return { token, received };
    const fresh = await refresh(token);
    return { token: fresh, received: await reach(operation, fresh, signal) };
  };
  const withSession = async (operation: SentOperation, signal?: AbortSignal): Promise<Received> =>
    (await withToken(operation, signal)).received;

  const reauthenticate = createProof({
    storage,
    prove: async (password) => {
      const { token, received } = await withToken(ask.reauthenticate({ password }));
      return { token, tokens: granted(received) };
    },
  });

  /** Is the session still the one in which a call began? If not, its answer changes nothing. */
  const isStill = (began: StoredTokens | undefined): boolean => {
    const current = storage.get();
    return began !== undefined && current !== undefined && sessionOf(current) === sessionOf(began);
  };

  /** Ends a session at the gateway, by its refresh token: the access token may have expired. */
  const end = async ({ accessToken: token, refreshToken }: StoredTokens): Promise<boolean> => {
    const attempts = [
      ...(refreshToken === undefined ? [] : [[ask.signOut({ refreshToken }), undefined] as const]),
      // For a gateway without `signOut`, and for sessions without a refresh token.
      [ask.revoke({}), token] as const,
    ];
    for (const [operation, bearer] of attempts) {
      const received = await send(fetch, url, operation, bearer, { keepalive: true }).catch(() => undefined);
      const [result] = Object.values(received?.answer?.data ?? {}) as { readonly status?: unknown }[]; // checked below
      if (typeof result?.status === "string") return result.status === "DONE";
      if (received === undefined) return false;
    }
    return false;
  };

  return {
    async login(input) {
      called += 1;
      const call = called;
      const deviceToken = devices.get(input.username, url);
      const operation = ask.login({
        ...input,
        ...(clientId === undefined ? {} : { clientId }),
        ...(deviceToken === undefined ? {} : { deviceToken }),
      });
      const received = await reach(operation, undefined);
      const tokens = granted(received);
      keepDevice(input.username, received);
      if (call !== called) {
        await end(tokens);
        throw new SignedOutError("SUPERSEDED");
      }
      storage.set({ ...tokens, session: globalThis.crypto.randomUUID() });
    },
    reauthenticate,
    async logout() {
      called += 1;
      const tokens = storage.get();
      given.set(undefined);
      state.signedOut();
      if (tokens === undefined) return { confirmed: true };
      options.onSignedOut?.(undefined);
      return { confirmed: await end(tokens) };
    },
    accessToken,
    refresh,
    stepUp,
    async request<Data, Variables>(
      operation: Operation<Data, Variables>,
      { signal }: { readonly signal?: AbortSignal } = {},
    ) {
      const began = storage.get();
      const first = await withSession(operation, signal);
      const challenge = stepUpChallenge(first.answer);
      const again =
        challenge !== undefined &&
        mayRepeat(holdsMutation(String(operation.query)), first.answer) &&
        (await stepUp(challenge)) &&
        isStill(began)
          ? await withSession(operation, signal)
          : first;
      if (again.answer === undefined)
        throw new RefusedError(
          "UNREADABLE_ANSWER",
          `The gateway answered HTTP ${again.status} without a GraphQL response.`,
        );
      return again.answer as GraphQLAnswer<Data>; // the caller declares the type of its own operation
    },
    async sessions() {
      return answered<SessionsQuery["sessions"]>(await withSession(ask.sessions()));
    },
    async revokeSession(id) {
      const result = answered<RevokeMutation["revokeSession"]>(await withSession(ask.revoke({ id })));
      return result.revoked ?? 0;
    },
    signedIn: () => storage.get() !== undefined,
    getState: state.getState,
    subscribe: state.subscribe,
  };
}
