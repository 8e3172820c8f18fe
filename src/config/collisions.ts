import type { Problem } from "../domain/errors.js";
import type { ParsedConfig } from "./schema.js";

/** Doors of ours beside the GraphQL one: nothing else may stand at or below these paths. */
const OWN_DOORS = ["/oauth", "/.well-known", "/identity/.well-known"];

/** What the gateway itself writes into a request to a subgraph, or what frames it. */
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

/** Many servers fold underscores into hyphens: names that differ in them are one. */
const folded = (name: string): string => name.toLowerCase().replaceAll("_", "-");

/** Settings that would have two things answer at one path, or stand in one header. */
export function collisionProblems({ server, identity, transport }: ParsedConfig): readonly Problem[] {
  const problems: Problem[] = [];
  const collide = (where: string, found: string, allowed: string): void => {
    problems.push({ kind: "CONFLICTING_SETTINGS", where, found, allowed, fix: `choose another ${where}` });
  };
  const { path } = server;
  const door = OWN_DOORS.find((own) => path === own || path.startsWith(`${own}/`));
  if (door !== undefined) collide("server.path", `a path where ${door} answers`, "a path of its own");
  if (
    path
      .split("/")
      .some((part, index) => part === "." || part === ".." || (part === "" && index > 0 && path !== "/"))
  )
    collide("server.path", "a path no client sends as it is written", "no empty part, no `.` and no `..`");
  const forwarded = new Set(transport.forwardHeaders.map(folded));
  for (const [name, { header }] of Object.entries(identity.subgraphs)) {
    if (header === undefined) continue;
    const where = `identity.subgraphs.${name}.header`;
    if (OWN_HEADERS.has(folded(header)))
      collide(
        where,
        `${header}, which has a meaning of its own`,
        "authorization, or a name nothing else uses",
      );
    else if (forwarded.has(folded(header)))
      collide(where, `${header}, which transport.forwardHeaders passes on from clients`, "a name of its own");
  }
  return problems;
}
