import { type Answer, json } from "../answer.js";
import type { Exchange, Handler } from "../exchange.js";
import type { Route } from "../router.js";
import { refuseStranger } from "./admission.js";
import type { BuiltPage } from "./built-page.js";
import type { PageState } from "./contract.js";
import { CONTENT_POLICY, DATA, DOCUMENT, ISOLATED } from "./headers.js";
import { prefersHtml } from "./prefers-html.js";
import { refuse, refusePage } from "./refuse.js";
import { sendFile } from "./send-file.js";

/** What the page is made of, and who may see it. */
export interface PageParts {
  /** `undefined`: it was not built, and the gateway says so where the page would be. */
  readonly built: BuiltPage | undefined;
  readonly state: () => PageState;
  /**
   * Names beside loopback for which the page answers; `undefined` in `serve`: there it knows no more than any client,
   * and answers everybody.
   */
  readonly hosts: readonly string[] | undefined;
  /** Endpoints that only a developer's machine has. */
  readonly endpoints?: readonly Route[];
}

const BASE = "/_cardea/";

/**
 * The routes of the page, and the GraphQL endpoint that shows the page to browsers.
 *
 * @param graphql - it keeps its path and its methods for everybody who is not a browser asking for a page
 */
export const pageRoutes = (graphql: Route, parts: PageParts): readonly Route[] => {
  const guarded = (route: Route): Route => ({
    ...route,
    handle: guardedBy(parts.hosts, route.handle, refused),
  });
  const shell: Handler = guardedBy(parts.hosts, sendShell(parts), (status, message, fix) =>
    refusePage(status, message, fix),
  );
  const files: readonly Route[] = [...(parts.built?.files ?? [])].map(([name, file]) =>
    guarded({
      name: "page-file",
      path: `${BASE}page/${name}`,
      methods: ["GET", "HEAD"],
      // A worker obeys the policy of its own file, not that of the document.
      handle: ({ request }) =>
        sendFile(request, file, [
          ["cache-control", cachingOf(name)],
          ["content-security-policy", CONTENT_POLICY],
          ...ISOLATED,
        ]),
    }),
  );
  return [
    withPage(graphql, shell),
    ...(graphql.path === "/"
      ? []
      : [{ name: "page", path: "/", methods: ["GET", "HEAD"], handle: forBrowsers(shell) }]),
    ...files,
    guarded({
      name: "page-state",
      path: `${BASE}state.json`,
      methods: ["GET", "HEAD"],
      handle: () => json(200, parts.state(), DATA),
    }),
    ...(parts.endpoints ?? []).map(guarded),
  ];
};

/** Vite writes a digest into the name of a file, but for those that it copies. */
const cachingOf = (name: string): string =>
  /[-.][\w-]{8,}\.\w+$/.test(name) ? "public, max-age=31536000, immutable" : "no-cache";

const refused = (status: number, message: string, fix: string): Answer => refuse(status, message, { fix });

const guardedBy =
  (
    hosts: readonly string[] | undefined,
    handle: Handler,
    refusal: (status: number, message: string, fix: string) => Answer,
  ): Handler =>
  (exchange) => {
    const stranger = hosts === undefined ? undefined : refuseStranger(exchange.request, hosts);
    if (stranger === undefined) return handle(exchange);
    return { ...refusal(stranger.status, stranger.message, stranger.fix), close: true };
  };

const sendShell =
  ({ built }: PageParts): Handler =>
  ({ request }) =>
    built === undefined
      ? refusePage(503, "The page was not built.", "Run `npm run build`, then start again.")
      : withVary(
          sendFile(request, built.index, [["cache-control", "no-cache"], ...DOCUMENT]),
          "accept, accept-encoding",
        );

/** The GraphQL endpoint answers the same path in other ways to those who accept other types. */
const withVary = (answer: Answer, vary: string): Answer => ({
  ...answer,
  headers: [...(answer.headers ?? [])].map(
    ([name, value]) => [name, name === "vary" ? vary : value] as const,
  ),
});

const forBrowsers =
  (shell: Handler): Handler =>
  (exchange) =>
    prefersHtml(exchange.request.headers.accept) ? shell(exchange) : refuse(404, "Not found.");

/** Shows the page at the path of the GraphQL endpoint to a browser that asks for a page and not for an operation. */
const withPage = (graphql: Route, shell: Handler): Route => ({
  ...graphql,
  methods: [...graphql.methods, "HEAD"],
  handle: (exchange) => {
    if (wantsPage(exchange)) return shell(exchange);
    if (exchange.method !== "HEAD") return graphql.handle(exchange);
    const allow = graphql.methods.join(", ");
    return refuse(405, `Method not allowed. Allowed: ${allow}.`, { headers: [["allow", allow]] });
  },
});

const wantsPage = ({ method, request, search }: Exchange): boolean =>
  (method === "GET" || method === "HEAD") &&
  prefersHtml(request.headers.accept) &&
  !new URLSearchParams(search).has("query");
