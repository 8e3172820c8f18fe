import type { Problem } from "../domain/errors.js";
import { TRACING_HEADERS } from "../domain/tracing-headers.js";
import type { ParsedConfig } from "./schema.js";

/** Our endpoints beside the GraphQL endpoint. `server.path` may not be at or below these paths. */
const OWN_PATHS = ["/oauth", "/.well-known", "/identity/.well-known"];

/** Headers that the gateway itself sets on a request to a subgraph, and headers of HTTP framing. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...["accept", "accept-encoding", "accept-language", "connection", "content-encoding", "content-length"],
  ...["content-type", "cookie", "expect", "host", "keep-alive", "proxy-authorization", "proxy-connection"],
  ...[
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "x-request-id",
    "traceparent",
    "tracestate",
    "baggage",
  ],
  ...["x-cardea-passage", "x-user-id", "x-user-scopes", "x-user-session", "x-user-client"],
  ...["x-user-auth-time", "x-user-tenant"],
]);

/** Many servers treat underscores and hyphens as equal, so names that differ only in these collide. */
const folded = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/** Finds settings that would put two endpoints at one path, or two values in one header. */
export function collisionProblems({ server, identity, transport, page }: ParsedConfig): readonly Problem[] {
  const problems: Problem[] = [];
  const collide = (where: string, found: string, allowed: string): void => {
    problems.push({ kind: "CONFLICTING_SETTINGS", where, found, allowed, fix: `choose another ${where}` });
  };
  const { path } = server;
  const hasAccount = typeof page === "object" && page.account === "on";
  const ownPaths = hasAccount ? [...OWN_PATHS, "/account"] : OWN_PATHS;
  const taken = ownPaths.find((own) => path === own || path.startsWith(`${own}/`));
  if (taken !== undefined)
    collide("server.path", `a path used by the endpoints at ${taken}`, "a path that no other endpoint uses");
  if (
    path
      .split("/")
      .some((part, index) => part === "." || part === ".." || (part === "" && index > 0 && path !== "/"))
  )
    collide("server.path", "a path that clients normalize", "a path without empty parts, `.` and `..`");
  if (server.trustedProxies === 0)
    for (const name of transport.forwardHeaders.filter((each) => TRACING_HEADERS.has(each.toLowerCase())))
      problems.push({
        kind: "CONFLICTING_SETTINGS",
        where: "transport.forwardHeaders",
        found: `${name}, without a trusted proxy`,
        allowed: "tracing headers only from a trusted proxy: any client could write them",
        fix: `set server.trustedProxies, or remove ${name}`,
      });
  const forwarded = new Set(transport.forwardHeaders.map(folded));
  for (const [name, { header }] of Object.entries(identity.subgraphs)) {
    if (header === undefined) continue;
    const where = `identity.subgraphs.${name}.header`;
    if (OWN_HEADERS.has(folded(header)))
      collide(
        where,
        `${header}, which the gateway or HTTP already uses`,
        "authorization, or a name that nothing else uses",
      );
    else if (forwarded.has(folded(header)))
      collide(
        where,
        `${header}, which transport.forwardHeaders forwards from clients`,
        "a name that nothing else uses",
      );
  }
  return problems;
}
