import type { GuardSource } from "../../authorization/index.js";
import type { DemoState } from "../../http/page/contract.js";
import type { Feed } from "../../http/page/feed.js";
import type { Route } from "../../http/router.js";
import type { SessionService } from "../../sessions/session-service.js";
import type { SessionStore } from "../../sessions/store.js";
import type { TokenVerifier } from "../../tokens/token-verifier.js";

/** The page on a developer's machine, as `cardea dev` and `cardea demo` set it up. It outlives a gateway. */
export interface PageSetup {
  readonly mode: "dev" | "demo";
  readonly feed: Feed;
  /** Version of Cardea. */
  readonly version: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Composition problems now, one text each. */
  readonly problems: () => readonly string[];
  /** The SDL of the subgraphs that compose the graph that serves, with the auth subgraph; `undefined` when not known. */
  readonly sources: () => readonly GuardSource[] | undefined;
  readonly demo?: DemoSetup;
}

/** What only the demo has. */
export interface DemoSetup {
  readonly state: DemoState;
  /** Wraps the store of sessions, so that the demo can let time pass for one of them. */
  readonly wrapStore: (store: SessionStore) => SessionStore;
  /** Wraps the sessions of the gateway, so that the demo can replay what a thief could have copied. */
  readonly wrapSessions: (sessions: SessionService) => SessionService;
  readonly routes: (verifier: TokenVerifier) => readonly Route[];
}
