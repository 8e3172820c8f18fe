import type { Principal } from "../domain/principal.js";
import type { Seconds } from "../domain/time.js";
import type { Disclosure } from "./authorizer.js";
import type { AbstractMode } from "./decide/compile.js";
import type { ReadGuardsOptions } from "./read/guards.js";

/** A policy function of the operator. It grants only by returning `true` before the timeout. */
export type Policy = (input: PolicyInput) => boolean | Promise<boolean>;

export interface PolicyInput {
  readonly name: string;
  readonly principal: Principal;
  /** Aborted at the timeout. */
  readonly signal: AbortSignal;
}

export type IntrospectionMode = "on" | "off" | "filtered";

/** The settings of authorization; every field has a default. */
export interface AuthorizationSettings {
  /** Window of `fresh: true`. Default 300. */
  readonly freshSeconds?: Seconds;
  /** The mode of abstract positions. Default `precise`. Mutations are always strict. */
  readonly interfaces?: AbstractMode;
  /** Per position: `Type.field` that returns the interface or union → mode. */
  readonly positions?: Readonly<Record<string, AbstractMode>>;
  /** Default `codes`. */
  readonly disclosure?: Disclosure;
  /** Default `filtered`: the composition root opens it outside production. */
  readonly introspection?: IntrospectionMode;
  /** Report denials and enforce nothing. Default false. */
  readonly dryRun?: boolean;
  /** Refuse only the root fields of a mutation that contain a denial, not the whole mutation. Default false. */
  readonly relaxMutations?: boolean;
  /** Selections with fragments expanded. Default 10 000. */
  readonly maxExpandedSelections?: number;
  /** Maximum number of cached filtered documents per operation. Default 32. */
  readonly maxVariants?: number;
  /** Policy functions by name; an unregistered policy is always false. */
  readonly policies?: ReadonlyMap<string, Policy>;
  /** Timeout of all policies of one request together. Default 1 000. */
  readonly policyTimeoutMs?: number;
  /** `cardea` (default): `@policy` implies a signed-in caller. `apollo`: it does not. */
  readonly policyMode?: "cardea" | "apollo";
  /** Root fields of mutations that are refused while the revocation view is stale. Default none. */
  readonly strictWhenDegraded?: readonly string[];
  /** Local directive names that look like guards but are not. */
  readonly foreignDirectives?: readonly string[];
  /** Subgraphs whose guards could not be compared with the supergraph (docs/spec/directive.md §4.2). */
  readonly unverifiedSubgraphs?: readonly string[];
}

/** The settings that decide how guards are read. Every reader of guards must use the gateway's. */
export type GuardSettings = Pick<AuthorizationSettings, "freshSeconds" | "policyMode" | "foreignDirectives">;

/** Derives how guards are read from these settings. */
export const guardReading = ({
  freshSeconds = 300,
  policyMode = "cardea",
  foreignDirectives = [],
}: GuardSettings): ReadGuardsOptions => ({
  freshSeconds,
  policyImpliesAuth: policyMode === "cardea",
  foreignDirectives: new Set(foreignDirectives.map((one) => one.replace(/^@/, ""))),
});

export type ResolvedSettings = ReturnType<typeof resolveSettings>;

/** Sets the defaults. */
export const resolveSettings = (settings: AuthorizationSettings) => ({
  guards: guardReading(settings),
  interfaces: settings.interfaces ?? ("precise" as AbstractMode),
  positions: new Map(Object.entries(settings.positions ?? {})),
  disclosure: settings.disclosure ?? ("codes" as Disclosure),
  introspection: settings.introspection ?? ("filtered" as IntrospectionMode),
  dryRun: settings.dryRun ?? false,
  relaxMutations: settings.relaxMutations ?? false,
  maxExpandedSelections: settings.maxExpandedSelections ?? 10_000,
  maxVariants: settings.maxVariants ?? 32,
  policies: settings.policies ?? new Map<string, Policy>(),
  policyTimeoutMs: settings.policyTimeoutMs ?? 1_000,
  strictWhenDegraded: new Set(settings.strictWhenDegraded ?? []),
  unverifiedSubgraphs: new Set(settings.unverifiedSubgraphs ?? []),
});
