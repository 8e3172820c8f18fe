import type { Answer } from "./answer.js";
import type { Route } from "./router.js";

/** Always allowed: every application needs these. */
const NEEDED_HEADERS = ["accept", "authorization", "content-type", "dpop"] as const;

/** Which origins may call from a browser, and which headers they may send. */
export interface CorsRules {
  /** e.g. `https://app.example.com`. Empty: the endpoint sends no CORS headers. */
  readonly origins: ReadonlySet<string>;
  /** Of these origins, those that may send cookies. Default: none. */
  readonly withCookies?: ReadonlySet<string>;
  /** Allowed beside the headers every application needs. The browser refuses any other. */
  readonly headers: readonly string[];
}

/** Response headers that browser code may read beside the safelisted ones. */
const EXPOSED_HEADERS = ["www-authenticate", "retry-after", "x-request-id", "dpop-nonce"].join(", ");

/** How long a browser remembers a preflight, in seconds; Chromium's own limit. */
const MAX_AGE_SECONDS = 7200;

/**
 * Allows browser applications of the listed origins to call an endpoint (Fetch standard, "CORS protocol"). Origins are
 * compared exactly: a pattern could match an attacker's domain. Credentials mode is allowed for the origins of cookie
 * clients alone: bearer tokens need no cookies.
 */
export function withCors(route: Route, { origins, withCookies, headers }: CorsRules): Route {
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
      const shares =
        allowed === undefined ? NOT_SHARED : sharing(allowed, withCookies?.has(allowed) === true);
      if (exchange.method === "OPTIONS") return preflight(route, shares, allowedHeaders);
      return shared(await route.handle(exchange), shares);
    },
  };
}

type Headers = readonly (readonly [string, string])[];

const NOT_SHARED: Headers = [];

/** Credentials only beside an exact origin, never beside `*` (Fetch standard, "CORS check"). */
const sharing = (origin: string, withCookies: boolean): Headers => [
  ["access-control-allow-origin", origin],
  ...(withCookies ? ([["access-control-allow-credentials", "true"]] as const) : []),
  ["cross-origin-resource-policy", "cross-origin"],
];

const preflight = (route: Route, shares: Headers, allowedHeaders: string): Answer => ({
  status: 204,
  headers: [
    ["vary", "Origin"],
    ...(shares === NOT_SHARED
      ? []
      : ([
          ...shares,
          ["access-control-allow-methods", route.methods.join(", ")],
          ["access-control-allow-headers", allowedHeaders],
          ["access-control-max-age", String(MAX_AGE_SECONDS)],
        ] as const)),
  ],
  body: "",
});

/**
 * Allows every origin to call an endpoint. Its documents are public and need no credentials. A library that adds its
 * own header sends a preflight first, which is answered too.
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
      headers: [
        ...(answer.headers ?? []),
        ["access-control-allow-origin", "*"],
        ["cross-origin-resource-policy", "cross-origin"],
      ],
    };
  },
});

/** `Vary: Origin` is set for refused origins too, so that a cache does not mix the two responses. */
function shared(answer: Answer, shares: Headers): Answer {
  const headers = new Map(answer.headers ?? []);
  const vary = headers.get("vary");
  if (vary === undefined) headers.set("vary", "Origin");
  else if (!vary.includes("Origin")) headers.set("vary", `${vary}, Origin`);
  for (const [name, value] of shares) headers.set(name, value);
  if (shares !== NOT_SHARED) headers.set("access-control-expose-headers", EXPOSED_HEADERS);
  return { ...answer, headers };
}
