import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Challenge } from "../../client/answer.js";
import { createSession, type Session } from "../../client/session.js";
import { memoryStorage } from "../../client/storage.js";
import { FIRST_PANEL } from "../panels/registry.js";
import { createSchemaClient } from "../schema/client.js";
import { openSchemaWorker } from "../schema/open-worker.js";
import { callerKey, createSchemaSource, type SchemaSource } from "../schema/source.js";
import { type Route, routeHash, watchRoute } from "../shell/route.js";
import { createAnnouncer } from "./announcer.js";
import { type LiveEvents, watchEvents } from "./events.js";
import { type GatewaySource, knownState } from "./gateway.js";
import { type SessionView, watchTokens, whenCallerEnds } from "./session-view.js";
import { createStore, type Store } from "./store.js";

/** Everything that panels share. */
export interface Page {
  /** The GraphQL endpoint. */
  readonly graphqlUrl: string;
  /** Signs in, refreshes, signs out. Its tokens are in memory alone. */
  readonly session: Session;
  readonly sessionView: Store<SessionView>;
  /** The name somebody signed in with, on this page; the token knows the subject alone. */
  readonly userName: Store<string | undefined>;
  readonly gateway: GatewaySource;
  readonly events: LiveEvents;
  /** The schema as the present caller may see it. */
  readonly schema: SchemaSource;
  readonly route: Store<Route>;
  /** Opens a panel, by its id. */
  readonly open: (panel: string, detail?: string) => void;
  readonly stepUp: StepUpPrompt;
  /** The last operation that was sent, for the panel of plans. */
  readonly lastOperation: Store<SentOperation | undefined>;
  /** A text for the editor of the panel Operation, which takes it and empties the store. */
  readonly proposedOperation: Store<ProposedOperation | undefined>;
  /** Says something to screen readers, politely. */
  readonly announce: (message: string) => void;
  readonly announcement: Store<string>;
}

export interface ProposedOperation {
  readonly query: string;
  /** Put below what is there, instead of replacing it. */
  readonly isAppended?: boolean;
  readonly variables?: Readonly<Record<string, unknown>>;
}

export interface SentOperation {
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly durationMs: number | undefined;
}

/** Where the step-up dialog joins: it sets `handler`, and whoever needs a fresh sign-in calls `request`. */
export interface StepUpPrompt {
  /** @returns whether the user signed in again. False when no dialog is mounted. */
  request(challenge: Challenge): Promise<boolean>;
  handler: ((challenge: Challenge) => Promise<boolean>) | undefined;
}

const PageContext = createContext<Page | undefined>(undefined);
export const PageProvider = PageContext.Provider;

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("usePage is called outside of PageProvider.");
  return page;
}

/** Addresses of the development endpoints. */
export const PAGE_URLS = {
  state: "/_cardea/state.json",
  access: "/_cardea/access.json",
  plan: "/_cardea/plan.json",
  events: "/_cardea/events",
} as const;

/** @param gateway - has read its state once. Without it, the page stands at the GraphQL endpoint itself. */
export function createPage(gateway: GatewaySource): Page {
  const state = knownState(gateway.store.get());
  const graphqlPath = state?.graphqlPath ?? globalThis.location.pathname;
  const tokens = watchTokens(memoryStorage());
  const graphqlUrl = new URL(graphqlPath, globalThis.location.origin).href;
  const announcement = createStore("");
  const stepUp: StepUpPrompt = {
    handler: undefined,
    request: (challenge) => stepUp.handler?.(challenge) ?? Promise.resolve(false),
  };
  const session = createSession({
    url: graphqlUrl,
    storage: tokens.storage,
    prefix: state?.auth?.prefix ?? "",
    onSignedOut: tokens.signedOut,
    onStepUp: stepUp.request,
  });
  const userName = createStore<string | undefined>(undefined);
  tokens.view.subscribe(() => {
    if (tokens.view.get().kind === "signedOut") userName.set(undefined);
  });
  const lastOperation = createStore<SentOperation | undefined>(undefined);
  const proposedOperation = createStore<ProposedOperation | undefined>(undefined);
  // Here and not in the panels: the panel may be closed when the session ends.
  whenCallerEnds(tokens.view, () => {
    lastOperation.set(undefined);
    proposedOperation.set(undefined);
  });
  const hasEvents = state !== undefined && state.mode !== "serve";
  const events = watchEvents(hasEvents ? PAGE_URLS.events : undefined);
  events.subscribe((event) => {
    if (event.name === "state") gateway.accept(event.data);
  });
  const schema = createSchemaSource({
    ask: createSchemaClient(openSchemaWorker),
    input: async () => ({
      graphqlUrl,
      // A session that cannot be refreshed now is no reason to show nothing.
      accessToken: await session.accessToken().catch(() => undefined),
      accessUrl: state === undefined || state.mode === "serve" ? undefined : PAGE_URLS.access,
    }),
    key: () => `${callerKey(tokens.view.get())} ${knownState(gateway.store.get())?.supergraphDigest ?? ""}`,
    whenIdle: (callback) => {
      // Safari has no requestIdleCallback yet.
      if (typeof globalThis.requestIdleCallback === "function")
        globalThis.requestIdleCallback(callback, { timeout: 1000 });
      else setTimeout(callback, 200);
    },
    watch: (listener) => {
      tokens.view.subscribe(listener);
      gateway.store.subscribe(listener);
    },
  });
  return {
    graphqlUrl,
    session: {
      ...session,
      login: async (input) => {
        await session.login(input);
        userName.set(input.username);
      },
    },
    userName,
    sessionView: tokens.view,
    gateway,
    events,
    schema,
    route: watchRoute(FIRST_PANEL),
    open: (panel, detail) => {
      globalThis.location.hash = routeHash(panel, detail);
    },
    stepUp,
    lastOperation,
    proposedOperation,
    announcement,
    announce: createAnnouncer(announcement),
  };
}
