import { authSubgraphSdl } from "../../auth-subgraph/sdl.js";
import { packageVersion } from "../../cli/version.js";
import type { PageSetup } from "../../compose/page/page-setup.js";
import type { DomainEvent, Emit } from "../../domain/events.js";
import { type Clock, type Seconds, systemClock } from "../../domain/time.js";
import type { DemoState } from "../../http/page/contract.js";
import { createFeed } from "../../http/page/feed.js";
import { TOUR } from "../../tour/index.js";
import { DEMO_SUBGRAPHS } from "../graph.js";
import { DEMO_USERS } from "../users.js";
import { createDemoActions } from "./actions.js";
import { DEMO_BUTTONS } from "./buttons.js";
import { createReceived } from "./received.js";
import { demoRoutes } from "./routes.js";
import { createDemoSessions } from "./sessions.js";

export interface DemoPageParts {
  readonly graphqlUrl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string; readonly logPath: string }[];
  readonly freshSeconds: Seconds;
  readonly graceSeconds: Seconds;
  /** Has the products subgraph publish, and the gateway compose. @returns whether the graph was accepted */
  readonly publish: (forgetsDirective: boolean) => Promise<boolean>;
}

/** What the gateway of the demo is started with, so that its page can show and do what only the demo can. */
export interface DemoPage {
  readonly setup: PageSetup;
  readonly listener: Emit;
}

/** `@auth(maxAge: 10)` in the accounts subgraph. */
const LONGEST_MAX_AGE: Seconds = 10;

/** After these a subgraph has something new in its log. */
const CALLED: ReadonlySet<DomainEvent["type"]> = new Set(["subgraph.called", "subgraph.failed"]);

export const createDemoPage = (parts: DemoPageParts, clock: Clock = systemClock): DemoPage => {
  const { graphqlUrl, subgraphs, freshSeconds, graceSeconds } = parts;
  const feed = createFeed(clock);
  const sessions = createDemoSessions();
  const received = createReceived(
    subgraphs.map(({ logPath }) => logPath),
    clock.nowMs,
  );
  const noticeReceived = (): void => {
    for (const { at: _at, ...request } of received.read()) feed.received(request);
  };
  let problems: readonly string[] = [];
  const actions = createDemoActions({
    sessions,
    graphqlUrl,
    subgraphs,
    ageSeconds: Math.max(freshSeconds, LONGEST_MAX_AGE) + 2,
    clock,
    noticeReceived,
    republish: async (forgetsDirective) => {
      // Unchanged since the last good graph: there is no event, and no problem any more.
      if (await parts.publish(forgetsDirective)) problems = [];
      feed.changed();
      return problems;
    },
  });
  const demo: DemoState = {
    graceSeconds,
    users: DEMO_USERS.map(({ username, password, scopes, about }) => ({ username, password, scopes, about })),
    buttons: DEMO_BUTTONS,
    tour: TOUR.map(({ id, title, about, panel, seconds }) => ({
      id,
      title,
      about,
      panel,
      seconds: seconds({ freshSeconds, graceSeconds, subgraphs: subgraphs.map(({ name }) => name) }),
    })),
  };
  const sources = [
    ...DEMO_SUBGRAPHS.map(({ name, typeDefs }) => ({ name, sdl: typeDefs })),
    { name: "auth", sdl: authSubgraphSdl() },
  ];
  return {
    listener: (event) => {
      if (event.type === "supergraph.refused") problems = [event.reason ?? "the supergraph was refused"];
      else if (event.type === "supergraph.loaded" || event.type === "supergraph.swapped") problems = [];
      else if (CALLED.has(event.type)) noticeReceived();
    },
    setup: {
      mode: "demo",
      feed,
      version: packageVersion,
      subgraphs: subgraphs.map(({ name, url }) => ({ name, url })),
      problems: () => problems,
      sources: () => sources,
      demo: {
        state: demo,
        wrapStore: sessions.wrapStore,
        wrapSessions: sessions.wrap,
        routes: (verifier) => demoRoutes(actions, received, verifier),
      },
    },
  };
};
