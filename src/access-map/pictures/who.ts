import type { AccessMap, AccessMember, AccessType } from "../model.js";

/** How many members somebody reaches, and how many more only if a policy function says yes. */
export interface ReachCount {
  readonly sure: number;
  readonly maybe: number;
}

/** Groups of types in the order of the picture. */
export const TYPE_GROUPS: readonly (readonly [string, (type: AccessType) => boolean])[] = [
  ["Entry points", ({ root }) => root !== null],
  ["Object types", ({ root, kind }) => root === null && kind === "object"],
  ["Interfaces", ({ kind }) => kind === "interface"],
  ["Unions", ({ kind }) => kind === "union"],
  ["Input types", ({ kind }) => kind === "input"],
  ["Enums", ({ kind }) => kind === "enum"],
  ["Scalars", ({ kind }) => kind === "scalar"],
];

/** How many members of a type are reached by the same callers, by their number in {@link AccessMap.reach}. */
export type Tally = ReadonlyMap<number, number>;

/** Counts the members of a type, or the type itself when it has none. */
export const tallyOf = (type: AccessType): Tally => {
  const tally = new Map<number, number>();
  for (const { reach } of type.members.length === 0 ? [type] : type.members)
    tally.set(reach, (tally.get(reach) ?? 0) + 1);
  return tally;
};

/** How many members of a type one persona reaches. */
export const reachCount = (map: AccessMap, tally: Tally, persona: string): ReachCount => {
  let [sure, maybe] = [0, 0];
  for (const [reach, members] of tally) {
    if (map.reach[reach]?.reached.includes(persona) === true) sure += members;
    else if (map.reach[reach]?.ifPolicyGrants.includes(persona) === true) maybe += members;
  }
  return { sure, maybe };
};

/** The count in words. */
export const reachText = (type: AccessType, { sure, maybe }: ReachCount): string => {
  const total = type.members.length;
  if (total === 0) return sure > 0 ? "yes" : maybe > 0 ? "if a policy says yes" : "no";
  const known = sure === total ? "all" : sure === 0 ? "none" : `${sure}`;
  return maybe === 0 ? known : `${known}, ${maybe} more if a policy says yes`;
};

/** Scopes that alone open more of a type than a sign-in without any scope, with how much they open. */
export const scopesBeyondSignIn = (
  map: AccessMap,
  tally: Tally,
): readonly { readonly scope: string; readonly count: number }[] => {
  const counts = new Map<string, number>();
  for (const [reach, members] of tally) {
    for (const id of map.reach[reach]?.reached ?? []) counts.set(id, (counts.get(id) ?? 0) + members);
  }
  const without = counts.get("signedIn") ?? 0;
  return map.personas.flatMap((one) => {
    const count = one.kind === "scope" ? (counts.get(one.id) ?? 0) : 0;
    return one.kind === "scope" && count > without ? [{ scope: one.scope, count }] : [];
  });
};

/** The first scopes in words; the rest is counted. */
export const scopesText = (
  scopes: readonly { readonly scope: string; readonly count: number }[],
  limit: number,
): string => {
  const rest = scopes.length > limit ? [`${scopes.length - limit} more scopes`] : [];
  return [...scopes.slice(0, limit).map(({ scope, count }) => `${scope} ${count}`), ...rest].join(", ");
};

const NOUNS: Readonly<Record<AccessMember["kind"], string>> = {
  field: "field",
  argument: "argument",
  inputField: "input field",
  enumValue: "value",
};

/** `3 fields, 1 argument` */
export const membersText = (type: AccessType): string => {
  const counts = new Map<string, number>();
  for (const { kind } of type.members) counts.set(NOUNS[kind], (counts.get(NOUNS[kind]) ?? 0) + 1);
  const parts = [...counts].map(([noun, count]) => `${count} ${noun}${count === 1 ? "" : "s"}`);
  return parts.length === 0 ? "details" : parts.join(", ");
};

/** Members that demand the same, are reached by the same and were guarded by the same. */
export interface MemberGroup {
  readonly first: AccessMember;
  /** Without the name of the type. */
  readonly names: readonly string[];
}

export const memberGroups = (type: AccessType): readonly MemberGroup[] => {
  const groups = new Map<string, { readonly first: AccessMember; readonly names: string[] }>();
  for (const member of type.members) {
    const key = `${member.demand} ${member.reach} ${member.isHidden} ${member.askedBy.join()}`;
    const name = member.coordinate.slice(type.coordinate.length + 1);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { first: member, names: [name] });
    else group.names.push(name);
  }
  return [...groups.values()];
};

/** A type that is as open as all its members needs no line of its own. */
export const needsOwnLine = (type: AccessType): boolean =>
  !type.members.some(({ demand, reach }) => demand === type.demand && reach === type.reach);
