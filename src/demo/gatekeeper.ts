import { createHash } from "node:crypto";
import { GraphQLError, Kind, parse } from "graphql";
import { createIdentityVerifier } from "../identity/subgraph.js";
import { createDemoData } from "./data.js";
import { type SeenIdentity, writeLogEntry } from "./request-log.js";
import type { DemoContext, DemoSubgraph } from "./subgraph.js";

export type HeaderBag = Readonly<Record<string, string | string[] | undefined>>;

/** Stands at the door of a demo subgraph: checks who calls, writes the request log, hands out the context. */
export interface Gatekeeper {
  /** @throws GraphQLError 401 for a caller the gateway did not vouch for */
  admit(headers: HeaderBag, operation: string): Promise<DemoContext>;
}

export interface GatekeeperOptions {
  readonly subgraph: DemoSubgraph["name"];
  /** The identity issuer: `<gateway>/identity`. */
  readonly issuer: string;
  readonly logPath: string;
}

export function createGatekeeper({ subgraph, issuer, logPath }: GatekeeperOptions): Gatekeeper {
  const data = createDemoData();
  const verifier = createIdentityVerifier({ issuer, audience: subgraph });

  const see = async (headers: HeaderBag): Promise<SeenIdentity> => {
    try {
      const identity = await verifier.verify(headers);
      if (identity.kind === "anonymous") return { kind: "anonymous" };
      const { iss, aud } = identity.claims;
      return {
        kind: "user",
        subject: identity.subject,
        issuer: String(iss),
        audience: String(aud),
        scopes: [...identity.scopes].sort(),
      };
    } catch (error) {
      return { kind: "refused", reason: error instanceof Error ? error.message : "unknown" };
    }
  };

  return {
    async admit(headers, operation) {
      const identity = await see(headers);
      const bearer = headers["authorization"];
      writeLogEntry(logPath, {
        subgraph,
        operation,
        headerNames: Object.keys(headers).sort(),
        ...(typeof bearer === "string" ? { credentialDigest: credentialDigest(bearer) } : {}),
        identity,
      });
      // The schema text is no secret here, and tools ask for it before there is a gateway to vouch for them.
      if (identity.kind === "refused" && !asksForSchemaOnly(operation))
        throw new GraphQLError("This subgraph answers its gateway only.", {
          extensions: { code: "UNAUTHENTICATED", http: { status: 401 } },
        });
      return { data, viewerId: identity.kind === "user" ? identity.subject : undefined };
    },
  };
}

/** Comparable, not usable. */
export const credentialDigest = (authorization: string): string =>
  createHash("sha256")
    .update(authorization.replace(/^bearer /i, ""))
    .digest("base64url");

function asksForSchemaOnly(operation: string): boolean {
  try {
    return parse(operation).definitions.every(
      (definition) =>
        definition.kind === Kind.OPERATION_DEFINITION &&
        definition.selectionSet.selections.every(
          (selection) => selection.kind === Kind.FIELD && selection.name.value === "_service",
        ),
    );
  } catch {
    return false;
  }
}
