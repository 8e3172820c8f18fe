import { type DocumentNode, GraphQLError, parse, specifiedRules, validate } from "graphql";
import type { GuardSource } from "../../authorization/index.js";
import { ConfigError, FaultError } from "../../domain/errors.js";
import { ANONYMOUS, type Principal } from "../../domain/principal.js";
import { type Clock, nowSeconds } from "../../domain/time.js";
import type { RawCredential } from "../../federation/request/request-context.js";
import type { PlanAnswer } from "../../http/page/contract.js";
import type { ExplainOperation, PlanOutcome } from "../../http/page/plan-route.js";
import { createDocumentCheck, type DocumentLimits } from "../../server/document-limits.js";
import type { TokenVerifier } from "../../tokens/token-verifier.js";
import { documentRules, secretTypesOf } from "../document-rules.js";
import type { ServedGraph } from "../engine.js";
import { explainServedPlan } from "../explain-plan.js";

export interface ExplainParts {
  readonly served: () => ServedGraph | undefined;
  /** The subgraphs' own SDL, in which guards are found; `undefined`: the supergraph. */
  readonly sources: () => readonly GuardSource[] | undefined;
  readonly verifier: TokenVerifier;
  readonly limits: DocumentLimits;
  readonly clock: Clock;
}

const MAX_MESSAGES = 10;

const refused = (status: 400 | 401 | 503, message: string): PlanOutcome => ({
  kind: "refused",
  status,
  message,
});

/**
 * Explains an operation by the graph that serves, for the caller of the credential, as `cardea explain --plan --json` does. The
 * document has to be one that the gateway would execute for that caller, or refuse by its guards.
 */
export const createExplainForPage = (parts: ExplainParts): ExplainOperation => {
  const tooComplex = createDocumentCheck(parts.limits);
  return async ({ query, operationName, variables }, credential) => {
    const served = parts.served();
    if (served === undefined) return refused(503, "No graph is served yet.");
    const principal = await callerOf(credential, parts.verifier);
    if (principal === undefined)
      return refused(401, "The access token is not valid. Refresh it, or sign in.");
    const complex = tooComplex(query);
    if (complex !== undefined) return refused(400, complex.message);
    const document = readDocument(query, served);
    if (typeof document === "string") return refused(400, document);
    const sources = parts.sources();
    try {
      const { explanation, plan } = await explainServedPlan(served.graph, served.snapshot, {
        document,
        operationName: operationName ?? undefined,
        variables: variables ?? {},
        nowSeconds: nowSeconds(parts.clock),
        principal,
        ...(sources === undefined ? {} : { sources }),
      });
      return { kind: "planned", answer: { ...explanation, plan } satisfies Explained };
    } catch (error) {
      if (
        error instanceof GraphQLError ||
        error instanceof TypeError ||
        error instanceof ConfigError ||
        (error instanceof FaultError && error.code === "OPERATION_UNPLANNABLE")
      )
        return refused(400, error.message);
      throw error;
    }
  };
};

/** With a caller there is a decision, and a verdict for each guarded selection. */
type Explained = {
  readonly [Name in keyof PlanAnswer]: Name extends "decision" | "planned" | "selections"
    ? unknown
    : PlanAnswer[Name];
};

const callerOf = async (
  credential: RawCredential,
  verifier: TokenVerifier,
): Promise<Principal | undefined> => {
  if (credential.kind === "none") return ANONYMOUS;
  // No proof is read here, so a token that is bound to a key is worth nothing.
  if (credential.kind !== "bearer") return undefined;
  const outcome = await verifier.verify(credential.token);
  return outcome.kind === "verified" && outcome.principal.keyThumbprint === undefined
    ? outcome.principal
    : undefined;
};

/** @returns what is wrong with it, as a text */
const readDocument = (query: string, { graph, snapshot }: ServedGraph): DocumentNode | string => {
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    return error instanceof Error ? error.message : "The operation cannot be parsed.";
  }
  const rules = [...specifiedRules, ...documentRules(secretTypesOf(graph))];
  const errors = validate(snapshot.apiSchema, document, rules, { maxErrors: MAX_MESSAGES });
  return errors.length === 0 ? document : errors.map(({ message }) => message).join("\n");
};
