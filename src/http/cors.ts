import type { Answer } from "./answer.js";
import type { Route } from "./router.js";

/** What a browser application may send across origins; a name not listed here is refused by the browser. */
const ALLOWED_HEADERS = [
  "authorization",
  "content-type",
  "apollo-require-preflight",
  "x-apollo-operation-name",
  "traceparent",
  "tracestate",
].join(", ");

/** What it may read beside the simple headers. */
const EXPOSED_HEADERS = ["www-authenticate", "retry-after", "x-request-id"].join(", ");

/** How long a browser remembers a preflight, in seconds; Chromium's own limit. */
const MAX_AGE_SECONDS = 7200;

/**
 * Opens a door to browser applications of the listed origins (Fetch standard, "CORS protocol"). Exact origins only:
 * a pattern is how an attacker's domain gets in. Credentials mode stays closed: bearer tokens need no cookies.
 *
 * @param origins - e.g. `https://app.example.com`; none: the route as it is
 */
export function withCors(route: Route, origins: ReadonlySet<string>): Route {
  if (origins.size === 0) return route;
  return {
    ...route,
    methods: [...route.methods, "OPTIONS"],
    async handle(exchange) {
      const origin = exchange.request.headers.origin;
      const allowed = origin !== undefined && origins.has(origin) ? origin : undefined;
      if (exchange.method === "OPTIONS") return preflight(route, allowed);
      return shared(await route.handle(exchange), allowed);
    },
  };
}

const preflight = (route: Route, origin: string | undefined): Answer => ({
  status: 204,
  headers: [
    ["vary", "Origin"],
    ...(origin === undefined
      ? []
      : ([
          ["access-control-allow-origin", origin],
          ["access-control-allow-methods", route.methods.join(", ")],
          ["access-control-allow-headers", ALLOWED_HEADERS],
          ["access-control-max-age", String(MAX_AGE_SECONDS)],
        ] as const)),
  ],
  body: "",
});

/** The answer varies by origin even for those who may not read it: a cache must not mix the two. */
function shared(answer: Answer, origin: string | undefined): Answer {
  const headers = new Map(answer.headers ?? []);
  const vary = headers.get("vary");
  headers.set("vary", vary === undefined ? "Origin" : `${vary}, Origin`);
  if (origin !== undefined) {
    headers.set("access-control-allow-origin", origin);
    headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  }
  return { ...answer, headers };
}
