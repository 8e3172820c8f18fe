import type { Challenge, GraphQLAnswer } from "./answer.js";
import type { SessionsQuery } from "./generated/operations.js";
import type { PageLike } from "./page.js";
import type { ObservableState, SessionState } from "./state.js";
import type { StepUps } from "./step-up.js";
import type { TokenStorage } from "./storage.js";
import type { FetchLike, Operation } from "./transport.js";

export interface SessionOptions {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  /** Default: the global `fetch`. */
  readonly fetch?: FetchLike;
  /**
   * `bearer` (default): this object keeps the tokens. `cookie`: the browser keeps them in cookies that no script can
   * read, for a client with `delivery: cookie` at the gateway.
   */
  readonly delivery?: "bearer" | "cookie";
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
  /**
   * Called once when the session has ended: signed out here or elsewhere, expired, or refused. Clear the caches of the
   * application here.
   */
  readonly onSignedOut?: (reason: string | undefined) => void;
  /**
   * Called when an operation requires a fresh sign-in, through `request`, the Apollo link or the fetch. Show a password
   * prompt, call `reauthenticate` and return `true`: the operation is then sent again, unless it is a mutation of which
   * a part has run. Without it, and without `subscribePrompt`, the partial answer is returned. Challenges that arrive
   * together, or while the prompt is open, share it.
   */
  readonly onStepUp?: (challenge: Challenge) => Promise<boolean>;
  /**
   * The browser window, for the tabs of one origin to share a session and for refreshes ahead of expiry. Default: the
   * own window; none where there is no document, such as a server.
   */
  readonly page?: PageLike | undefined;
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
  /** Cookie clients: false ends the session with the browser. Default true. */
  readonly remember?: boolean;
}

export interface RequestOptions {
  readonly signal?: AbortSignal;
  /** Repeats a mutation after a step-up although a part of it has run: it is safe to run twice. Default false. */
  readonly repeat?: boolean;
}

export interface Session extends Pick<ObservableState, "getState" | "subscribe">, Pick<StepUps, "getPrompt"> {
  /** The gateway's GraphQL endpoint. */
  readonly url: string;
  /** How the credential travels. */
  readonly delivery: "bearer" | "cookie";
  /**
   * Signs in. Of several parallel logins the one called last wins, and the sessions of the others are ended.
   *
   * @throws RefusedError `INVALID_CREDENTIALS` | `RATE_LIMITED` …; GatewayUnavailableError when the gateway cannot
   * answer; SignedOutError `SUPERSEDED` when another login or a sign-out was called meanwhile
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
   * token is no obstacle, because the refresh token is sent. The other tabs are told at once. A sign-out that could not
   * be sent is tried again when the network is back; with cookies also at the next start.
   *
   * @returns whether the gateway confirmed it; if not, the session ends there when it expires
   */
  logout(): Promise<{ readonly confirmed: boolean }>;
  /**
   * The access token to send now, refreshed when it is about to expire; `undefined` when signed out. In cookie mode a
   * name of the current cookies, which is never sent.
   *
   * @param before - an earlier token: returns one of the same session, or `undefined` when the session is another one
   * now
   */
  accessToken(before?: string): Promise<string | undefined>;
  /** Replaces an access token that was refused. All waiting calls share one refresh, those of other tabs too. */
  refresh(usedAccessToken: string): Promise<string>;
  /**
   * Calls the listener after each change of `getPrompt`, and declares that somebody shows the prompt: what `useStepUp`
   * does.
   *
   * @returns a function that ends it
   */
  subscribePrompt(listener: () => void): () => void;
  /** Asks the user for a fresh sign-in. All calls while the prompt is open share it. False when nobody can be asked. */
  stepUp(challenge: Challenge): Promise<boolean>;
  /**
   * Sends an operation with the session. Refreshes and repeats it once when the token is refused; steps up if required.
   *
   * @throws SignedOutError when the session ended; GatewayUnavailableError when nobody answered; StepUpDeclinedError when
   * a step-up was declined and nothing was served
   */
  request<Data = Readonly<Record<string, unknown>>, Variables = Readonly<Record<string, unknown>>>(
    operation: Operation<Data, Variables>,
    options?: RequestOptions,
  ): Promise<GraphQLAnswer<Data>>;
  /** The live sessions of the user; this one has `current: true`. @throws RefusedError */
  sessions(): Promise<readonly ActiveSession[]>;
  /** Ends another session of the user. @returns how many ended: 0 for a session of somebody else */
  revokeSession(id: string): Promise<number>;
  signedIn(): boolean;
  /**
   * Cookie mode: takes over what a server rendered (`createServerSession().state()`), so that nothing is asked. Without
   * it the first call asks the gateway who is signed in.
   */
  hydrate(state: SessionState): void;
  /** Refreshes ahead even while the page is hidden, such as for an open stream. @returns a function that ends it */
  keepFresh(): () => void;
  /** Says in one sentence what is wrong: gateway, network, clock, storage or cookies. Sends one operation. */
  diagnose(): Promise<string>;
  /** Ends timers and the connection to other tabs. Nobody is signed out. */
  close(): void;
}

/** One login on one device, as its owner sees it. Times in Unix seconds. */
export type ActiveSession = NonNullable<SessionsQuery["sessions"]>[number];
