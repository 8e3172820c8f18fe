import type { AccessMap, AccessMember, AccessType } from "../model.js";

export type Verdict = "reached" | "only if a policy says yes" | "refused";

const reaches = (map: AccessMap, { reach }: AccessMember, persona: string): boolean =>
  map.reach[reach]?.reached.includes(persona) === true;

/** Does the persona reach the member? */
export const verdictOf = (map: AccessMap, member: AccessMember, persona: string): Verdict => {
  if (reaches(map, member, persona)) return "reached";
  return map.reach[member.reach]?.ifPolicyGrants.includes(persona) === true
    ? "only if a policy says yes"
    : "refused";
};

/** Mutations that change credentials, by their names. Those a thief reaches come first. */
export const credentialMutations = (map: AccessMap): readonly AccessMember[] =>
  map.types
    .flatMap(({ members }) => members.filter((one) => one.changesCredential && !one.isHidden))
    .sort(
      (left, right) => Number(reaches(map, right, "stolenToken")) - Number(reaches(map, left, "stolenToken")),
    );

/** What a sign-in opens of one type beyond what a visitor reaches: names of members. Policies are left out. */
export interface ThiefRow {
  readonly type: AccessType;
  /** Reached with a stolen access token. */
  readonly stolen: readonly string[];
  /** Reached only after a fresh login. */
  readonly fresh: readonly string[];
}

export const thiefRows = (map: AccessMap): readonly ThiefRow[] => {
  const opens = (persona: string): readonly boolean[] =>
    map.reach.map(({ reached }) => reached.includes(persona));
  const [visitor, stolenToken, everything] = [opens("visitor"), opens("stolenToken"), opens("everything")];
  return map.types.flatMap((type) => {
    const names = (wanted: (reach: number) => boolean): readonly string[] =>
      type.members
        .filter(({ reach }) => wanted(reach))
        .map(({ coordinate }) => coordinate.slice(type.coordinate.length + 1));
    const stolen = names((reach) => stolenToken[reach] === true && visitor[reach] !== true);
    const fresh = names((reach) => everything[reach] === true && stolenToken[reach] !== true);
    return stolen.length + fresh.length === 0 ? [] : [{ type, stolen, fresh }];
  });
};
