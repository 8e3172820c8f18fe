import { createHash } from "node:crypto";
import { GraphQLError, Kind, parse } from "graphql";
import type { SeenIdentity } from "../domain/seen-request.js";
import { createIdentityVerifier } from "../identity/subgraph.js";
import { createDemoData } from "./data.js";
import { writeLogEntry } from "./request-log.js";
import type { DemoContext, DemoSubgraph } from "./subgraph.js";

export type HeaderBag = Readonly<Record<string, string | string[] | undefined>>;

/** Verifies the caller of a demo subgraph, writes the request log and creates the context. */
export interface Gatekeeper {
  /** @throws GraphQLError 401 for a caller without a valid identity token of the gateway */
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

  const verify = async (headers: HeaderBag): Promise<SeenIdentity> => {
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
      const identity = await verify(headers);
      const bearer = headers["authorization"];
      writeLogEntry(logPath, {
        subgraph,
        operation,
        headerNames: Object.keys(headers).sort(),
        ...(typeof bearer === "string" ? { credentialDigest: credentialDigest(bearer) } : {}),
        identity,
      });
      // The SDL of the demo is not secret, and tools query it before a gateway runs.
      if (identity.kind === "refused" && !selectsOnlySdl(operation))
        throw new GraphQLError("Only the gateway may call this subgraph.", {
          extensions: { code: "UNAUTHENTICATED", http: { status: 401 } },
        });
      return { data, viewerId: identity.kind === "user" ? identity.subject : undefined };
    },
  };
}

/** A digest of a credential, to compare it without storing it. */
export const credentialDigest = (authorization: string): string =>
  createHash("sha256")
    .update(authorization.replace(/^bearer /i, ""))
    .digest("base64url");

function selectsOnlySdl(operation: string): boolean {
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
