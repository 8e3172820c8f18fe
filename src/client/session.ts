import { type Challenge, credentialRefused, errorCode, type GraphQLAnswer } from "./answer.js";
import { documents } from "./documents.js";
import { GatewayUnavailableError, RefusedError, SignedOutError } from "./errors.js";
import type { RevokeMutation, SessionsQuery } from "./generated/operations.js";
import { holdsMutation, mayRepeat } from "./operation-kind.js";
import { createProof } from "./proof.js";
import { createRefreshOnce, type RefreshOutcome } from "./refresh-once.js";
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
  /** Client id as configured in the gateway; default: the gateway's `default`. */
  readonly clientId?: string;
  /** Prefix of the auth subgraph's root fields (`authSubgraph.prefix`). Default: none. */
  readonly prefix?: string;
  /**
   * For a client the gateway gives no refresh token but lets renew its access token (`clients.<id>.renewal`): the
   * access token itself is presented, shortly before or after its end. Default false: such a session ends with it.
   */
  readonly renewal?: boolean;
  /** A token with less life than this is refreshed before it is sent. Seconds, default 10. */
  readonly refreshAheadSeconds?: number;
  /** Told once when the session is over: signed out here or elsewhere, expired, or refused. */
  readonly onSignedOut?: (reason: string | undefined) => void;
  /**
   * Asked when an operation wants a fresh sign-in, whether it came by `request`, the Apollo link or the fetch. Show a
   * password prompt, call `reauthenticate`, answer `true`; a query is then sent once more, and a mutation of which
   * nothing has run yet. Without it the partial answer is returned as it is.
   */
  readonly onStepUp?: (challenge: Challenge) => Promise<boolean>;
  /** Unix milliseconds; default `Date.now`. */
  readonly now?: () => number;
}

export interface LoginInput {
  readonly username: string;
  readonly password: string;
  /** Space-separated; default: all the user may have. */
  readonly scope?: string;
  /** Shown in the list of sessions. */
  readonly device?: string;
}

export interface Session {
  /** Signs in. Of several logins at once the one called last wins; the others' sessions are ended. @throws RefusedError `INVALID_CREDENTIALS` | `RATE_LIMITED` …; GatewayUnavailableError when the store is down */
  login(input: LoginInput): Promise<void>;
  /**
   * Step-up: proves the password again and moves the time of authentication. One after the other, each for the session
   * it was called in. @throws as `login`; SignedOutError when that session is not held (any more)
   */
  reauthenticate(password: string): Promise<void>;
  /**
   * Ends this session at the gateway and forgets the tokens, even when the gateway cannot be reached. It ends there
   * however long the access token is over, for the refresh token is shown.
   *
   * @returns whether the gateway confirmed it; else the session ends there with its time
   */
  logout(): Promise<{ readonly confirmed: boolean }>;
  /**
   * The access token to send now, refreshed when it is about to end; `undefined` when signed out.
   *
   * @param before - one this gave earlier: the answer is of the same session, `undefined` when another is held by now
   */
  accessToken(before?: string): Promise<string | undefined>;
  /** Replaces an access token that was refused. One refresh serves all who wait. */
  refresh(usedAccessToken: string): Promise<string>;
  /** Asks `onStepUp`; one prompt serves all who are challenged while it is open. False without `onStepUp`. */
  stepUp(challenge: Challenge): Promise<boolean>;
  /** Sends an operation with the session: refreshes and repeats once when the token was refused, steps up when asked to. */
  request<Data = Readonly<Record<string, unknown>>, Variables = Readonly<Record<string, unknown>>>(
    operation: Operation<Data, Variables>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<GraphQLAnswer<Data>>;
  /** The user's live sessions, this one marked `current`. @throws RefusedError */
  sessions(): Promise<readonly ActiveSession[]>;
  /** Ends another session of the user. @returns how many were ended: 0 for one that is not theirs */
  revokeSession(id: string): Promise<number>;
  signedIn(): boolean;
}

/** One login on one device, as its owner sees it. Times in Unix seconds. */
export type ActiveSession = NonNullable<SessionsQuery["sessions"]>[number];

/** A signed-in (or signed-out) user of one gateway. Bearer mode: the tokens are this object's to keep. */
export function createSession(options: SessionOptions): Session {
  const { url, clientId } = options;
  const storage = options.storage ?? memoryStorage();
  const devices = storage.devices ?? memoryDevices();
  const now = options.now ?? Date.now;
  // Called through an arrow: a bare `fetch` refuses to run with another `this`.
  const fetch: FetchLike = options.fetch ?? ((input, init) => globalThis.fetch(input, init));
  const ask = documents(options.prefix ?? "");
  const refreshAheadMs = (options.refreshAheadSeconds ?? 10) * 1000;
  const stepUp = createStepUp(options.onStepUp, () => {
    const current = storage.get();
    return current === undefined ? undefined : sessionOf(current);
  });
  /** Logins and sign-outs called so far: an answer to anything but the last of them comes too late. */
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
    // Only the gateway's own word ends a session; an answer we do not understand does not.
    if (refusal === undefined) throw new GatewayUnavailableError("The gateway gave no readable answer.");
    const reason = refusal.extensions?.["reason"];
    return { kind: "refused", ...(typeof reason === "string" ? { reason } : {}) };
  };

  const { refresh, handOut, isOf } = createRefreshOnce({
    storage,
    exchange,
    onSignedOut: (reason) => options.onSignedOut?.(reason),
  });

  async function reach(
    operation: SentOperation,
    token: string | undefined,
    signal?: AbortSignal,
  ): Promise<Received> {
    try {
      return await send(fetch, url, operation, token, signal === undefined ? {} : { signal });
    } catch (cause) {
      if (signal?.aborted === true) throw cause;
      throw new GatewayUnavailableError("The gateway could not be reached.", { cause });
    }
  }

  function tokensOf({ answer }: Received): StoredTokens | undefined {
    const payload = Object.values(answer?.data ?? {})[0];
    if (typeof payload !== "object" || payload === null) return undefined;
    const { accessToken, refreshToken, expiresIn } = payload as Readonly<Record<string, unknown>>; // an object, by the line above
    if (typeof accessToken !== "string" || typeof expiresIn !== "number") return undefined;
    return {
      accessToken,
      ...(typeof refreshToken === "string" ? { refreshToken } : {}),
      // Counted from now by our own clock: the gateway's may differ.
      expiresAtSeconds: Math.floor(now() / 1000) + expiresIn,
    };
  }

  /** The pair an answer gives. @throws RefusedError, GatewayUnavailableError */
  const granted = (received: Received): StoredTokens => {
    const outage = outageOf(received);
    // Too many attempts is an answer about the attempt; the rest tells nothing.
    if (outage !== undefined && outage.code !== "RATE_LIMITED") throw outage;
    const tokens = tokensOf(received);
    if (tokens === undefined) throw refusalOf(received.answer?.errors ?? []);
    return tokens;
  };

  /** Whatever becomes of the session: the gateway knows this device from now on. */
  const keepDevice = (username: string, { answer }: Received): void => {
    const [payload] = Object.values(answer?.data ?? {}) as { readonly deviceToken?: unknown }[]; // read with care below
    if (typeof payload?.deviceToken === "string") devices.set(username, payload.deviceToken, url);
  };

  /** The one field an operation of ours asked for. @throws RefusedError with the gateway's code */
  const answered = <Field>(received: Received): NonNullable<Field> => {
    const [value] = Object.values(received.answer?.data ?? {});
    if (value === undefined || value === null) throw refusalOf(received.answer?.errors ?? []);
    return value as NonNullable<Field>; // our own document, typed by the generated operations
  };

  const accessToken = async (before?: string): Promise<string | undefined> => {
    const tokens = storage.get();
    if (tokens === undefined || (before !== undefined && !isOf(tokens, before))) return undefined;
    return tokens.expiresAtSeconds * 1000 - now() > refreshAheadMs
      ? handOut(tokens)
      : refresh(tokens.accessToken);
  };

  /** Sends with the session, refreshed and repeated once when its token was refused; tells which token was taken. */
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

  /** Is the session still the one something began with? Else its answer changes nothing. */
  const isStill = (began: StoredTokens | undefined): boolean => {
    const current = storage.get();
    return began !== undefined && current !== undefined && sessionOf(current) === sessionOf(began);
  };

  /** Ends a session at the gateway: by its refresh token, which works however old the access token is. */
  const end = async ({ accessToken: token, refreshToken }: StoredTokens): Promise<boolean> => {
    const attempts = [
      ...(refreshToken === undefined ? [] : [[ask.signOut({ refreshToken }), undefined] as const]),
      // For a gateway that does not offer `signOut`, and for sessions without a refresh token.
      [ask.revoke({}), token] as const,
    ];
    for (const [operation, bearer] of attempts) {
      const received = await send(fetch, url, operation, bearer, { keepalive: true }).catch(() => undefined);
      const [result] = Object.values(received?.answer?.data ?? {}) as { readonly status?: unknown }[]; // read with care below
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
      storage.set(undefined);
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
        throw new RefusedError("UNREADABLE_ANSWER", `HTTP ${again.status} without a GraphQL response.`);
      return again.answer as GraphQLAnswer<Data>; // the caller's word for the shape of its own operation
    },
    async sessions() {
      return answered<SessionsQuery["sessions"]>(await withSession(ask.sessions()));
    },
    async revokeSession(id) {
      const result = answered<RevokeMutation["revokeSession"]>(await withSession(ask.revoke({ id })));
      return result.revoked ?? 0;
    },
    signedIn: () => storage.get() !== undefined,
  };
}
