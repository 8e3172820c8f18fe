import type { GuardOrigin } from "../authorization/explain/guard-origin.js";
import type { Persona } from "../authorization/explain/persona.js";

/**
 * Who reaches what in one graph: the answer of `cardea explain --schema --json`, under `access`. Names and meanings are stable
 * within one {@link AccessMap.version}; members may be added.
 */
export interface AccessMap {
  readonly version: 1;
  /** Changes with the rules, and with nothing else. */
  readonly rulesDigest: string;
  /** In a fixed order: visitor, signed in, each scope alone by name, stolen token, everything. */
  readonly personas: readonly Persona[];
  /** Distinct demands; `demands[0]` asks for nothing. */
  readonly demands: readonly AccessDemand[];
  /** Distinct answers to "who reaches it"; `reach[0]` is nobody. */
  readonly reach: readonly AccessReach[];
  /** Guards as they are written. */
  readonly origins: readonly GuardOrigin[];
  /** Sorted by name. */
  readonly types: readonly AccessType[];
  /** Sorted by name. */
  readonly subgraphs: readonly SubgraphAccess[];
  /** What changed since another graph, if one was given. */
  readonly changes?: AccessChanges;
}

/** What a coordinate asks of a caller, everything it inherits included. */
export interface AccessDemand {
  /** In words. */
  readonly text: string;
  readonly authenticated: boolean;
  readonly maxAgeSeconds: number | null;
  /** False: nobody is let in, since a guard may have been lost. */
  readonly verified: boolean;
  /** OR of ANDs. Empty: no scope is asked for. */
  readonly scopes: readonly (readonly string[])[];
  /** OR of ANDs of policy functions. Empty: none is asked. */
  readonly policies: readonly (readonly string[])[];
  /** False when there are more alternatives than are listed. */
  readonly isComplete: boolean;
}

/** Who reaches a coordinate on some way from a root: ids of personas, in their order. */
export interface AccessReach {
  readonly reached: readonly string[];
  /** Those who reach it only if policy functions of the operator say yes, which the schema cannot tell. */
  readonly ifPolicyGrants: readonly string[];
}

/** One coordinate. The numbers are places in the tables of {@link AccessMap}. */
export interface AccessEntry {
  readonly coordinate: string;
  /** Clients do not know it (`@inaccessible`): nobody reaches it. */
  readonly isHidden: boolean;
  /** In {@link AccessMap.demands}. */
  readonly demand: number;
  /** In {@link AccessMap.reach}. */
  readonly reach: number;
  /** Who asked, in {@link AccessMap.origins}. */
  readonly askedBy: readonly number[];
}

export interface AccessType extends AccessEntry {
  readonly kind: "object" | "interface" | "union" | "enum" | "scalar" | "input";
  readonly root: "query" | "mutation" | "subscription" | null;
  /** Fields with their arguments, input fields or enum values, sorted by coordinate. */
  readonly members: readonly AccessMember[];
}

export interface AccessMember extends AccessEntry {
  readonly kind: "field" | "argument" | "inputField" | "enumValue";
  /** A mutation whose name suggests that it changes how someone proves who they are. */
  readonly changesCredential: boolean;
}

/** A subgraph in the hands of somebody else: what the identities sent to it are worth elsewhere. */
export interface SubgraphAccess {
  readonly name: string;
  /** Fields it resolves. */
  readonly fields: number;
  /** How it is told who calls; the auth subgraph is part of the gateway. */
  readonly identity: "jwt" | "header" | "none" | "inProcess";
  /** `aud` of the identities sent to it; empty unless they are tokens. */
  readonly audiences: readonly string[];
  /** Other subgraphs that would accept these identities. */
  readonly opens: readonly string[];
  /** Scopes that its own guards ask for: all that an identity for it has to carry. */
  readonly scopesNeeded: readonly string[];
  /** Further scopes of the graph, which an identity of somebody who has them carries all the same. */
  readonly scopesBeyond: readonly string[];
}

export interface AccessChange {
  readonly coordinate: string;
  readonly before: string;
  readonly after: string;
}

/** From another graph to this one. */
export interface AccessChanges {
  /** Coordinates that ask for less than they did. */
  readonly opened: readonly AccessChange[];
  /** Coordinates that ask for more than they did. */
  readonly closed: readonly AccessChange[];
  /** What personas reach now and did not, new coordinates included, and the other way round. Without a change: left out. */
  readonly personas: readonly PersonaChange[];
}

export interface PersonaChange {
  /** All those for whom the same changed. */
  readonly personas: readonly string[];
  readonly gained: readonly string[];
  readonly lost: readonly string[];
}

/** How one subgraph is told who calls: the settings `identity.subgraphs.<name>`. */
export interface SubgraphIdentity {
  readonly mode?: "jwt" | "header" | "none" | undefined;
  readonly audience?: string | undefined;
  readonly extraAudiences?: readonly string[] | undefined;
}
