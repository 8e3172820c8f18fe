import { composeServices } from "@theguild/federation-composition";
import { getOperationAST, parse } from "graphql";
import type { Decision, DecisionInput } from "../../../src/authorization/authorizer.js";
import { type AuthorizationSettings, createAuthorizer } from "../../../src/authorization/index.js";
import { DEFAULT_TENANT } from "../../../src/domain/brand.js";
import { ANONYMOUS, type Authenticated, type Principal } from "../../../src/domain/principal.js";

export const NOW = 1_800_000_000;

/** What every subgraph of these tests writes at its top. */
export const HEAD = `
extend schema
  @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable", "@external", "@requires", "@provides", "@override", "@inaccessible", "@interfaceObject", "@composeDirective", "@authenticated", "@requiresScopes", "@policy"])
  @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"])
  @composeDirective(name: "@auth")
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | INTERFACE | UNION | FIELD_DEFINITION | ARGUMENT_DEFINITION | ENUM | SCALAR | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`;

/** Composes subgraph bodies (without their heads) into a supergraph. */
export const supergraphOf = (subgraphs: Readonly<Record<string, string>>): string => {
  const result = composeServices(
    Object.entries(subgraphs).map(([name, body]) => ({
      name,
      url: `http://${name}.invalid`,
      typeDefs: parse(HEAD + body),
    })),
  );
  if (result.supergraphSdl === undefined) throw new Error(result.errors.map((one) => one.message).join("\n"));
  return result.supergraphSdl;
};

export const aUser = (
  given: Partial<Omit<Authenticated, "scopes">> & { scopes?: readonly string[] } = {},
): Authenticated => ({
  kind: "user",
  issuer: "local",
  subject: "u1",
  tenant: DEFAULT_TENANT,
  amr: ["pwd"],
  issuedAt: NOW - 10,
  expiresAt: NOW + 600,
  claims: {},
  authTime: NOW - 3600,
  ...given,
  scopes: new Set(given.scopes ?? []),
});

export interface Ask {
  readonly principal?: Principal;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
  readonly degraded?: boolean;
  readonly nowSeconds?: number;
}

/** An authorizer over one graph, asked with text. */
export const aGraph = (
  body: string | Readonly<Record<string, string>>,
  settings: AuthorizationSettings = {},
) => {
  const graph = createAuthorizer({
    supergraphSdl: supergraphOf(typeof body === "string" ? { a: body } : body),
    settings,
  });
  const compile = (query: string, operationName?: string) => {
    const document = parse(query);
    const operation = getOperationAST(document, operationName);
    if (!operation) throw new Error("no operation");
    return { document, compiled: graph.authorizer.compile(document, operation) };
  };
  const input = (ask: Ask): DecisionInput => ({
    principal: ask.principal ?? ANONYMOUS,
    variables: ask.variables ?? {},
    nowSeconds: ask.nowSeconds ?? NOW,
    degraded: ask.degraded ?? false,
  });
  const decide = (query: string, ask: Ask = {}): Decision => {
    const decision = graph.authorizer.decide(compile(query, ask.operationName).compiled, input(ask));
    if (decision instanceof Promise) throw new Error("asked a policy");
    return decision;
  };
  return { ...graph, compile, input, decide };
};

/** The planned text on one line, for comparison. */
export const planned = (decision: Decision): string | undefined =>
  "plannable" in decision ? decision.plannable?.text.replace(/\s+/g, " ").trim() : undefined;

export const codes = (decision: Decision): readonly string[] =>
  "denied" in decision ? [...new Set(decision.denied.map((one) => one.code))] : [];

/** CPU milliseconds of this process: what a bound is about, whatever else the machine is doing. */
export const cpuMs = (work: () => void): number => {
  const start = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(start);
  return (user + system) / 1000;
};
