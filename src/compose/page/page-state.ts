import type { CardeaConfig } from "../../config/resolve.js";
import type { Snapshot } from "../../federation/supergraph/snapshot.js";
import type { AuthNames, PageState, PanelName } from "../../http/page/contract.js";
import { authNamesOf, servesLogin } from "./auth-names.js";
import type { PageSetup } from "./page-setup.js";

const PANELS: readonly PanelName[] = [
  "operation",
  "documentation",
  "you",
  "access",
  "live",
  "subgraphs",
  "plan",
];

/** What every client may know: a page in `serve` can do no more than any client. */
const OPEN_PANELS: readonly PanelName[] = ["operation", "documentation", "you"];

/**
 * The state that the page begins with.
 *
 * @param setup - `undefined` in `serve`: then it names neither subgraphs nor problems
 * @param current - `undefined` while no graph serves
 */
export const createPageState = (
  config: CardeaConfig,
  setup: PageSetup | undefined,
  current: () => Snapshot | undefined,
): (() => PageState) => {
  const names = authNamesOf(config);
  const graphqlPath = config.server.path;
  if (setup === undefined)
    return () => {
      const auth = servesLogin(current()) ? names : null;
      return {
        version: 1,
        cardea: null,
        mode: "serve",
        graphqlPath,
        status: "serving",
        problems: [],
        subgraphs: [],
        supergraphDigest: null,
        auth,
        freshSeconds: null,
        panels: withLogin(OPEN_PANELS, auth),
        demo: null,
      };
    };
  const { mode, version, subgraphs, demo } = setup;
  return () => {
    const snapshot = current();
    const auth = snapshot !== undefined && !servesLogin(snapshot) ? null : names;
    return {
      version: 1,
      cardea: version,
      mode,
      graphqlPath,
      status: snapshot === undefined ? "waiting" : "serving",
      problems: setup.problems(),
      subgraphs: subgraphs.map(({ name, url }) => ({ name, url: withoutUserinfo(url) })),
      supergraphDigest: snapshot?.digest ?? null,
      auth,
      freshSeconds: config.auth.freshSeconds,
      panels: [...withLogin(PANELS, auth), ...(demo === undefined ? [] : (["tour"] as const))],
      demo: demo?.state ?? null,
    };
  };
};

const withLogin = (panels: readonly PanelName[], auth: AuthNames | null): readonly PanelName[] =>
  auth === null ? panels.filter((panel) => panel !== "you") : panels;

/** A URL may carry a password or a key. */
const withoutUserinfo = (url: string): string => {
  if (!URL.canParse(url)) return "";
  const parsed = new URL(url);
  parsed.username = "";
  parsed.password = "";
  parsed.search = "";
  return parsed.href;
};
