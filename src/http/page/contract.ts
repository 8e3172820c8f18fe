/**
 * What the page and the gateway say to each other, as types. The page (`src/page`) imports this file type-only, and it
 * is the only file of `http` that it may import; beside it, type-only, `access-map/model` and `domain/events`, and
 * `tour` (code that runs in a browser and headless alike).
 *
 * | endpoint | in | answer |
 * |---|---|---|
 * | `GET /` and `GET <server.path>`, `Accept` prefers `text/html`, no `query` | all | `index.html` |
 * | `GET /_cardea/page/<name>` | all | a built file, immutable |
 * | `GET /_cardea/state.json` | all | {@link PageState} |
 * | `GET /_cardea/access.json` | dev, demo | {@link AccessAnswer} |
 * | `POST /_cardea/plan.json` | dev, demo | {@link PlanAnswer} to a {@link PlanRequest}; judged for the `Authorization` sent along |
 * | `GET /_cardea/events` | dev, demo | an SSE stream: {@link PageEvents} |
 * | `POST /_cardea/demo/<button>` | demo | {@link ButtonAnswer}; the body is `{}` unless {@link DemoButton} says otherwise |
 * | `GET /_cardea/demo/received.json?after=<number>` | demo | {@link ReceivedAnswer} |
 *
 * Every error is a {@link PageRefusal} with the status: 400, 401, 403, 404, 405, 409, 415, 421, 429 or 503. A POST needs
 * `content-type: application/json`.
 */
import type { SeenRequest } from "../../domain/seen-request.js";

/** Where the gateway runs: `serve` only with `page: on`, and then the page knows no more than any client. */
export type PageMode = "demo" | "dev" | "serve";

/** The panels of the page. */
export type PanelName =
  | "operation"
  | "documentation"
  | "you"
  | "access"
  | "live"
  | "subgraphs"
  | "plan"
  | "tour";

export interface PageState {
  readonly version: 1;
  /** Version of Cardea; `null` in `serve`. */
  readonly cardea: string | null;
  readonly mode: PageMode;
  /** Path of the GraphQL endpoint, of the page's own origin. */
  readonly graphqlPath: string;
  /** `waiting`: no set of subgraphs has composed yet, and the GraphQL endpoint answers 503. Always `serving` in `serve`. */
  readonly status: "waiting" | "serving";
  /** Composition problems as texts, lines separated by `\n`. With `serving` the last good graph still serves. None in `serve`. */
  readonly problems: readonly string[];
  /** None in `serve`. */
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** SHA-256 of the supergraph that serves, hexadecimal. A new one: load schema and access map again. `null` while waiting and in `serve`. */
  readonly supergraphDigest: string | null;
  /** The root fields and types of the auth subgraph as this graph has them; `null` when login is off. */
  readonly auth: AuthNames | null;
  /** The window of `@auth(fresh: true)`. `null` in `serve`. */
  readonly freshSeconds: number | null;
  /** The panels that work here, in the order of the tabs. */
  readonly panels: readonly PanelName[];
  /** Only in `demo`. */
  readonly demo: DemoState | null;
}

/** Names with the prefix of the configuration (`authSubgraph.prefix`). A root field that is not offered is `null`. */
export interface AuthNames {
  readonly prefix: string;
  readonly fields: Readonly<Record<AuthField, string | null>>;
  readonly types: Readonly<Record<AuthType, string>>;
}

export type AuthField =
  | "session"
  | "sessions"
  | "sessionEvents"
  | "login"
  | "completeLogin"
  | "refreshToken"
  | "signOut"
  | "reauthenticate"
  | "revokeSession"
  | "revokeOtherSessions"
  | "revokeAllSessions";

export type AuthType =
  | "AuthPayload"
  | "SecondFactorChallenge"
  | "LoginInput"
  | "CompleteLoginInput"
  | "RefreshTokenInput"
  | "SignOutInput"
  | "ReauthenticateInput";

export interface DemoState {
  readonly graceSeconds: number;
  /** The demo's own users: these passwords are public. */
  readonly users: readonly DemoUserState[];
  readonly buttons: readonly DemoButtonState[];
  /** The tour, in its order. The same objects as `TOUR` of `src/tour`, without the code. */
  readonly tour: readonly TourStepState[];
}

export interface DemoUserState {
  readonly username: string;
  readonly password: string;
  readonly scopes: readonly string[];
  /** One sentence: what this user is there to show. */
  readonly about: string;
}

/**
 * The buttons of the demo.
 *
 * - `age-login`: the proof of identity of the caller's session becomes older than the window of `fresh`. Needs the
 *   caller's `Authorization`. The access token still has the old time: refresh it afterwards.
 * - `replay-stolen`: presents the refresh token that the caller's session used last, as a thief would who copied it, and as if
 *   the grace window were over. Needs the caller's `Authorization`, and 409 unless that session has been refreshed once. The
 *   session ends.
 * - `forget-directive`: the subgraph `products` publishes its schema without `@composeDirective(name: "@auth")`, and
 *   the gateway composes again: it refuses, and the last good graph serves.
 * - `restore-directive`: puts the line back.
 * - `bypass`: body `{ "subgraph": name }`. Sends the caller's `Authorization` to that subgraph directly, around the gateway.
 */
export type DemoButton = "age-login" | "replay-stolen" | "forget-directive" | "restore-directive" | "bypass";

export interface DemoButtonState {
  readonly button: DemoButton;
  readonly title: string;
  /** What will happen, in one or two sentences. */
  readonly about: string;
  readonly needsSignIn: boolean;
}

export interface ButtonAnswer {
  readonly done: true;
  /** What has happened, in one sentence. */
  readonly happened: string;
  /** The caller's tokens: `refresh` them now, or they have `ended`. Absent: unchanged. */
  readonly tokens?: "refresh" | "ended";
  /** The error that the thief, or the caller who went around the gateway, was answered with. */
  readonly answered?: {
    readonly status: number;
    readonly code: string | null;
    readonly reason: string | null;
  };
  /** Composition problems after it; empty: it composes. */
  readonly problems?: readonly string[];
}

export interface TourStepState {
  readonly id: string;
  readonly title: string;
  /** What will happen, in one or two sentences. */
  readonly about: string;
  /** The panel that shows it. */
  readonly panel: PanelName;
  /** For how long it runs at most, about. */
  readonly seconds: number;
}

/** `AccessMap` of `access-map/model.ts`: per coordinate its demand in words, who asked (subgraph, line) and who reaches it. */
export interface AccessAnswer {
  readonly supergraphDigest: string;
  /** An `AccessMap`; the page casts it, because `http` may not know that module. */
  readonly access: unknown;
}

export interface PlanRequest {
  readonly query: string;
  readonly operationName?: string | null;
  /** Only those of `@skip`, `@include` and of guarded arguments matter. */
  readonly variables?: Readonly<Record<string, unknown>> | null;
}

/** The JSON of `cardea explain --operation FILE --plan --json`, for the caller of the request. */
export interface PlanAnswer {
  readonly operation: string;
  /** `allowed`, `filtered`, `refused` or `tooComplex`. */
  readonly decision: string;
  readonly selections: readonly PlanSelection[];
  readonly fellBackToStrict: boolean;
  /** The document that would be planned for this caller; absent when nothing is. */
  readonly planned?: string;
  readonly plan: {
    readonly judged: string;
    readonly parts: readonly { readonly prepared: string; readonly plan: PlanTree | null }[];
  };
}

export interface PlanSelection {
  readonly coordinate: string;
  readonly key: string;
  readonly kind: string;
  readonly types: readonly string[];
  readonly demand: string;
  readonly variables: readonly string[];
  readonly askedBy: readonly {
    readonly source: string;
    readonly coordinate: string;
    readonly line: number;
    readonly directive: string;
  }[];
  /** `GRANTED`, `SKIPPED`, or the error code. */
  readonly verdict: string;
}

export type PlanTree =
  | {
      readonly kind: "fetch";
      readonly subgraph: string;
      /** The paths of the objects that the fetch is about. Empty for the root. */
      readonly at: readonly string[];
      readonly sends: readonly string[];
      readonly operation: string;
      /** Decided before the fetch may run. */
      readonly guards: readonly {
        readonly coordinate: string;
        readonly demand: string;
        /** `internal`: let through because the gateway itself needs it for `@key` or `@requires`. */
        readonly allowedAs?: string | undefined;
      }[];
    }
  | { readonly kind: "sequence" | "parallel"; readonly nodes: readonly PlanTree[] }
  | {
      readonly kind: "condition";
      readonly variable: string;
      readonly whenTrue: PlanTree | null;
      readonly whenFalse: PlanTree | null;
    };

/**
 * The stream's events by their SSE name, each with one line of JSON as data. `state` comes first, and again whenever it
 * changed. After `end` (the gateway stops) and after a lost connection the browser connects again by itself.
 */
export interface PageEvents {
  readonly state: PageState;
  readonly event: FeedEvent;
  readonly received: ReceivedRequest;
  readonly dropped: DroppedEvents;
  readonly end: { readonly reason: "stopping" | "slow" };
}

/** A `DomainEvent` of `domain/events.ts`, without secrets, values or IP addresses. */
export interface FeedEvent {
  /** Rises by one for each event of this gateway, dropped ones included. */
  readonly number: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly event: { readonly type: string; readonly [field: string]: unknown };
}

/** More came than the stream carries (200 a second), or than a slow reader took. */
export interface DroppedEvents {
  readonly count: number;
  readonly byType: Readonly<Record<string, number>>;
}

/** A request that a subgraph of the demo received, from its own log. No credential, no value of a variable. */
export interface ReceivedRequest extends SeenRequest {
  readonly number: number;
  readonly at: number;
}

export interface ReceivedAnswer {
  /** For the next `after`; 0 before the first request. */
  readonly last: number;
  /** Those with a greater number, oldest first; at most the last 500. */
  readonly requests: readonly ReceivedRequest[];
}

export interface PageRefusal {
  readonly message: string;
  /** What to do about it. */
  readonly fix?: string;
}
