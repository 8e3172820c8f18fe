import { DEFAULT_TENANT } from "../../domain/brand.js";
import type { Principal } from "../../domain/principal.js";
import { type Facts, judge, OPEN } from "../../domain/requirement.js";
import type { AuthorizedGraph } from "../create-authorizer.js";
import { OPEN_ID, type RequirementId, type Rules } from "../read/rules.js";
import { demandText } from "./demand-text.js";
import { reach } from "./reach.js";
import { reachGraphOf } from "./reach-graph.js";

/** An abstract position with at least one guarded possible type. */
export interface ExplainedPosition {
  readonly coordinate: string;
  readonly guardedTypes: readonly string[];
  /** The value is a list with non-null items: one denied item makes the whole list null. */
  readonly nonNullItems: boolean;
}

export interface SchemaWarning {
  readonly coordinate: string;
  readonly warning: string;
  readonly fix: string;
}

export interface SchemaExplanation {
  /** Fields that anyone can reach. */
  readonly anonymous: readonly string[];
  /** Further fields that a stolen access token with every scope and no recent login can reach. */
  readonly stolenToken: readonly string[];
  /** Fields that only a recent login can reach. */
  readonly freshOnly: readonly string[];
  /** Positions where precise mode reveals *that* a hidden object exists. */
  readonly positions: readonly ExplainedPosition[];
  readonly warnings: readonly SchemaWarning[];
}

/** One coordinate whose guard mentions a scope. */
export interface ScopeUse {
  readonly coordinate: string;
  readonly demand: string;
  /** `true`: the scope alone is enough, for a caller with a recent login; else other scopes are required too. */
  readonly alone: boolean;
}

/** Lists everything that a scope gives access to, alone or together with others. */
export const explainScope = (graph: AuthorizedGraph, scope: string): readonly ScopeUse[] => {
  const { rules } = graph;
  const holder = factsOf(someone([scope], 0));
  const stranger = factsOf(someone([], 0));
  const uses: ScopeUse[] = [];
  for (const { coordinate, ids } of guardedCoordinates(rules)) {
    const requirements = ids.map((id) => rules.requirements[id] ?? OPEN);
    if (!requirements.some((one) => one.scopes.flat(2).includes(scope))) continue;
    const opens = (facts: Facts) => requirements.every((one) => judge(one, facts) === "GRANTED");
    const alone = opens(holder) && !opens(stranger);
    uses.push({ coordinate, demand: requirements.map(demandText).join("; "), alone });
  }
  return uses;
};

/** Lists what can be reached without a sign-in, with a stolen access token, and only with a recent login. */
export const explainSchema = (graph: AuthorizedGraph): SchemaExplanation => {
  const everyScope = scopesOf(graph.rules);
  const walked = reachGraphOf(graph);
  const fields = [...walked.types.values()].flatMap((type) =>
    type.fields.flatMap(({ names: [own] }) => (own === undefined ? [] : (walked.coordinates[own.at] ?? []))),
  );
  const fieldsOf = (principal: Principal): ReadonlySet<string> => {
    const found = reach(walked, graph.rules, factsOf(principal));
    return new Set(fields.filter((one) => found.has(one)));
  };
  const anonymous = fieldsOf({ kind: "anonymous" });
  const stolen = fieldsOf(someone(everyScope, undefined));
  const fresh = fieldsOf(someone(everyScope, 0));
  return {
    anonymous: [...anonymous],
    stolenToken: [...stolen].filter((one) => !anonymous.has(one)),
    freshOnly: [...fresh].filter((one) => !stolen.has(one)),
    positions: guardedPositions(graph),
    warnings: [...credentialWarnings(graph, stolen), ...listWarnings(graph)],
  };
};

/** Every scope some guard names, sorted. */
export const scopesOf = (rules: Rules): readonly string[] =>
  [...new Set(rules.requirements.flatMap((one) => one.scopes.flat(2)))].sort();

/** A signed-in caller; the moment is 0, so `authTime: 0` is a proof given just now. */
export const someone = (scopes: readonly string[], authTime: number | undefined): Principal => ({
  kind: "user",
  issuer: "local",
  subject: "explain",
  tenant: DEFAULT_TENANT,
  scopes: new Set(scopes),
  amr: [],
  issuedAt: 0,
  expiresAt: 1,
  claims: {},
  ...(authTime === undefined ? {} : { authTime }),
});

/** Policies are assumed to grant, since the schema does not show their decisions. */
const factsOf = (principal: Principal): Facts => ({
  principal,
  nowSeconds: 0,
  degraded: false,
  policy: () => true,
});

function* guardedCoordinates(rules: Rules): Generator<{ coordinate: string; ids: readonly RequirementId[] }> {
  const known = (ids: readonly RequirementId[]) => ids.filter((id) => id !== OPEN_ID);
  for (const type of rules.types.values()) {
    if (type.requirement !== OPEN_ID) yield { coordinate: type.name, ids: [type.requirement] };
    for (const field of type.fields.values()) {
      const ids = known([type.requirement, field.requirement]);
      if (ids.length > 0) yield { coordinate: field.coordinate, ids };
      for (const argument of field.arguments.values()) {
        if (argument.requirement === OPEN_ID) continue;
        yield { coordinate: argument.coordinate, ids: known([...ids, argument.requirement]) };
      }
    }
  }
  for (const fields of rules.inputs.values()) {
    for (const field of fields.values()) {
      if (field.requirement !== OPEN_ID) yield { coordinate: field.coordinate, ids: [field.requirement] };
    }
  }
}

const guardedPositions = ({ rules, apiSchema }: AuthorizedGraph): readonly ExplainedPosition[] => {
  const found: ExplainedPosition[] = [];
  for (const type of rules.types.values()) {
    for (const [name, field] of type.fields) {
      const returned = rules.types.get(field.type);
      if (returned === undefined || returned.kind === "object") continue;
      const guardedTypes = [...(rules.possibleTypes.get(field.type) ?? [])].filter(
        (one) => (rules.types.get(one)?.requirement ?? OPEN_ID) !== returned.requirement,
      );
      const declared = apiSchema.getType(type.name);
      const text =
        declared !== undefined && "getFields" in declared
          ? String(declared.getFields()[name]?.type ?? "")
          : "";
      if (guardedTypes.length > 0 && text !== "") {
        found.push({ coordinate: field.coordinate, guardedTypes, nonNullItems: text.includes("!]") });
      }
    }
  }
  return found;
};

/** Mutations whose name suggests that they change a credential. */
const CREDENTIAL =
  /password|passphrase|passkey|credential|email|phone|mfa|totp|otp|factor|webauthn|recovery|apikey|secret/i;
/** The auth subgraph's own mutations, which require a proof of identity themselves. */
const AUTH_MUTATIONS =
  /^(login|completeLogin|refreshToken|reauthenticate|beginProviderLogin|completeProviderLogin)$/;

/** Does a mutation of this name seem to change how someone proves who they are? */
export const changesCredential = (mutation: string): boolean =>
  CREDENTIAL.test(mutation) && !AUTH_MUTATIONS.test(mutation);

const credentialWarnings = (
  { rules, apiSchema }: AuthorizedGraph,
  stolen: ReadonlySet<string>,
): readonly SchemaWarning[] => {
  const mutation = rules.types.get(apiSchema.getMutationType()?.name ?? "");
  return [...(mutation?.fields ?? [])]
    .filter(([name, { coordinate }]) => changesCredential(name) && stolen.has(coordinate))
    .map(([, { coordinate }]) => ({
      coordinate,
      warning: "seems to change a credential, and a stolen access token without a recent login can call it",
      fix: "add @auth(fresh: true)",
    }));
};

const listWarnings = (graph: AuthorizedGraph): readonly SchemaWarning[] =>
  guardedPositions(graph)
    .filter((one) => one.nonNullItems)
    .map((one) => ({
      coordinate: one.coordinate,
      warning: `one denied item (${one.guardedTypes.join(", ")}) makes the whole list null, since its items are non-null`,
      fix: "declare the list with nullable items ([T] instead of [T!]), or guard fields instead of the type",
    }));
