import type { Answer } from "./answer.js";
import type { Route } from "./router.js";

/** No application can do without these, whatever is configured. */
const NEEDED_HEADERS = ["accept", "authorization", "content-type"] as const;

/** Who may call from a browser, and what else they may send. */
export interface CorsRules {
  /** e.g. `https://app.example.com`; none: the door as it is. */
  readonly origins: ReadonlySet<string>;
  /** A name that is not listed is refused by the browser. */
  readonly headers: readonly string[];
}

/** What it may read beside the simple headers. */
const EXPOSED_HEADERS = ["www-authenticate", "retry-after", "x-request-id"].join(", ");

/** How long a browser remembers a preflight, in seconds; Chromium's own limit. */
const MAX_AGE_SECONDS = 7200;

/**
 * Opens a door to browser applications of the listed origins (Fetch standard, "CORS protocol"). Exact origins only:
 * a pattern is how an attacker's domain gets in. Credentials mode stays closed: bearer tokens need no cookies.
 *
 */
export function withCors(route: Route, { origins, headers }: CorsRules): Route {
  if (origins.size === 0) return route;
  const allowedHeaders = [...new Set([...NEEDED_HEADERS, ...headers.map((name) => name.toLowerCase())])].join(
    ", ",
  );
  return {
    ...route,
    methods: [...route.methods, "OPTIONS"],
    async handle(exchange) {
      const origin = exchange.request.headers.origin;
      const allowed = origin !== undefined && origins.has(origin) ? origin : undefined;
      if (exchange.method === "OPTIONS") return preflight(route, allowed, allowedHeaders);
      return shared(await route.handle(exchange), allowed);
    },
  };
}

const preflight = (route: Route, origin: string | undefined, allowedHeaders: string): Answer => ({
  status: 204,
  headers: [
    ["vary", "Origin"],
    ...(origin === undefined
      ? []
      : ([
          ["access-control-allow-origin", origin],
          ["access-control-allow-methods", route.methods.join(", ")],
          ["access-control-allow-headers", allowedHeaders],
          ["access-control-max-age", String(MAX_AGE_SECONDS)],
        ] as const)),
  ],
  body: "",
});

/**
 * Opens a door to every origin: what it tells is public, and asked for without credentials. A library that sends a
 * header of its own asks beforehand; that is answered alike.
 */
export const withOpenCors = (route: Route): Route => ({
  ...route,
  methods: [...route.methods, "OPTIONS"],
  async handle(exchange) {
    const answer: Answer =
      exchange.method === "OPTIONS"
        ? {
            status: 204,
            headers: [
              ["access-control-allow-methods", route.methods.join(", ")],
              ["access-control-allow-headers", "*"],
              ["access-control-max-age", String(MAX_AGE_SECONDS)],
            ],
            body: "",
          }
        : await route.handle(exchange);
    return {
      ...answer,
      headers: [...(answer.headers ?? []), ["access-control-allow-origin", "*"]],
    };
  },
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
