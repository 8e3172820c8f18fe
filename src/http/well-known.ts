import { json } from "./answer.js";
import { withOpenCors } from "./cors.js";
import type { Route } from "./router.js";

/** One issuer's public documents. They are computed for each request, because keys rotate at run time. */
export interface IssuerDocuments {
  jwks(): unknown;
  openidConfiguration(): unknown;
  authorizationServer(): unknown;
}

/** Short enough that a reader sees a new key before it signs. */
const CACHE = ["cache-control", "public, max-age=300"] as const;

/**
 * `/.well-known/*` under `prefix`: empty for clients, `/identity` for subgraphs. RFC 8414 §3.1 puts the well-known
 * segment before an issuer's path, OpenID Discovery §4 after it; both are served.
 */
export function wellKnownRoutes(prefix: string, documents: IssuerDocuments): readonly Route[] {
  const route = (name: string, path: string, document: () => unknown): Route =>
    withOpenCors({ name, path, methods: ["GET", "HEAD"], handle: () => json(200, document(), [CACHE]) });
  const rows: readonly Route[] = [
    route("jwks", `${prefix}/.well-known/jwks.json`, documents.jwks),
    route(
      "openid-configuration",
      `${prefix}/.well-known/openid-configuration`,
      documents.openidConfiguration,
    ),
    route(
      "oauth-authorization-server",
      `${prefix}/.well-known/oauth-authorization-server`,
      documents.authorizationServer,
    ),
  ];
  if (prefix === "") return rows;
  return [
    ...rows,
    route(
      "oauth-authorization-server",
      `/.well-known/oauth-authorization-server${prefix}`,
      documents.authorizationServer,
    ),
  ];
}
