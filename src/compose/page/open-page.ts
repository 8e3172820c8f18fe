import type { CardeaConfig } from "../../config/resolve.js";
import { ConfigError } from "../../domain/errors.js";
import type { Clock } from "../../domain/time.js";
import { accessRoute } from "../../http/page/access-route.js";
import { type BuiltPage, readBuiltPage } from "../../http/page/built-page.js";
import { eventsRoute } from "../../http/page/event-stream.js";
import { planRoute } from "../../http/page/plan-route.js";
import type { PageParts } from "../../http/page/routes.js";
import type { TokenVerifier } from "../../tokens/token-verifier.js";
import type { RunningEngine } from "../engine.js";
import { createAccessForPage } from "./access-for-page.js";
import { createExplainForPage } from "./explain-for-page.js";
import type { PageSetup } from "./page-setup.js";
import { createPageState } from "./page-state.js";

/** The same folder from `src/compose/page` and from `dist/compose/page`. */
const FOLDER = new URL("../../../dist/page", import.meta.url);

/** Reads the page that the gateway serves, if it serves one. @throws ConfigError in `serve` when it was not built */
export const readPage = async (
  config: Pick<CardeaConfig, "page">,
  setup: PageSetup | undefined,
): Promise<BuiltPage | undefined> => {
  if (!showsPage(config, setup)) return undefined;
  const built = await readBuiltPage(decodeURIComponent(FOLDER.pathname));
  if (built === undefined && setup === undefined)
    throw new ConfigError([
      {
        kind: "UNUSABLE_FILE",
        where: "page",
        found: "on, and this installation has no built page (dist/page/index.html)",
        allowed: "on, with the page that comes with the package",
        fix: "run `npm run build`, or set page: off",
      },
    ]);
  return built;
};

/** In `dev` and `demo` always; in `serve` only if it is switched on. */
export const showsPage = ({ page }: Pick<CardeaConfig, "page">, setup: PageSetup | undefined): boolean =>
  setup !== undefined || page.explorer === "on";

/** The page while there is no graph to serve. */
export const waitingPage = (
  config: CardeaConfig,
  setup: PageSetup,
  built: BuiltPage | undefined,
): PageParts => {
  const state = createPageState(config, setup, () => undefined);
  setup.feed.follow(state);
  setup.feed.changed();
  return { built, state, hosts: config.pageHosts, endpoints: [eventsRoute(setup.feed)] };
};

export interface PageOfGateway {
  readonly config: CardeaConfig;
  readonly setup: PageSetup | undefined;
  readonly built: BuiltPage | undefined;
  readonly engine: RunningEngine;
  readonly verifier: TokenVerifier;
  readonly clock: Clock;
}

/** The page of a gateway that serves. In `serve` it has no endpoint but itself and its poor state. */
export const servingPage = (parts: PageOfGateway): PageParts => {
  const { config, setup, built, engine, verifier, clock } = parts;
  const state = createPageState(config, setup, () => engine.gateway.current());
  if (setup === undefined) return { built, state, hosts: undefined };
  const { feed, sources, demo } = setup;
  const { served } = engine;
  feed.follow(state);
  feed.changed();
  const explain = createExplainForPage({ served, sources, verifier, limits: config.limits, clock });
  return {
    built,
    state,
    hosts: config.pageHosts,
    endpoints: [
      eventsRoute(feed),
      accessRoute(createAccessForPage(served, sources, config.identity.subgraphs)),
      planRoute(explain, config.limits.maxBodyBytes),
      ...(demo?.routes(verifier) ?? []),
    ],
  };
};
