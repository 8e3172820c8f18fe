import type { AccessEntry, AccessMap } from "../model.js";

/** Words for personas and for who reaches something. */
export interface Phrases {
  persona(id: string): string;
  /** Who reaches it, in words. */
  reach(entry: Pick<AccessEntry, "reach" | "isHidden">): string;
  demand(entry: Pick<AccessEntry, "demand">): string;
  /** `accounts:12, orders:7` */
  askedBy(entry: Pick<AccessEntry, "askedBy">): string;
}

const TITLES: Readonly<Record<string, string>> = {
  visitor: "visitor",
  signedIn: "signed in, no scope",
  stolenToken: "stolen token",
  everything: "everything, freshly proven",
};

/** More scopes than these are counted. */
const MAX_SCOPES = 6;

export const phrasesOf = (map: AccessMap): Phrases => {
  const scopes = new Map(map.personas.flatMap((one) => (one.kind === "scope" ? [[one.id, one.scope]] : [])));
  const persona = (id: string): string => {
    const scope = scopes.get(id);
    return scope === undefined ? (TITLES[id] ?? id) : `scope ${scope} alone`;
  };
  const all = map.personas.map(({ id }) => id);
  const named: readonly (readonly [string, readonly string[]])[] = [
    ["everybody", []],
    ["everybody signed in, a stolen token too", ["visitor"]],
    ["everybody signed in just now", ["visitor", "stolenToken"]],
  ];
  const who = (ids: readonly string[]): string => {
    if (ids.length === 0) return "nobody";
    for (const [phrase, missing] of named) {
      if (ids.length === all.length - missing.length && missing.every((one) => !ids.includes(one)))
        return phrase;
    }
    const alone = ids.filter((id) => scopes.has(id));
    const [holder, ...others] = ids;
    const scope = scopes.get(holder ?? "");
    if (scope !== undefined && others.join() === "stolenToken,everything")
      return `whoever holds ${scope}, a stolen token too`;
    const more = alone.length > MAX_SCOPES ? [`${alone.length - MAX_SCOPES} more scopes alone`] : [];
    const listed = ids.filter((id) => !scopes.has(id) || alone.indexOf(id) < MAX_SCOPES);
    return [...listed.map(persona), ...more].join("; ");
  };
  const phrases = map.reach.map(({ reached, ifPolicyGrants }) => {
    const sure = reached.length > 0 || ifPolicyGrants.length === 0 ? [who(reached)] : [];
    const maybe = ifPolicyGrants.length === 0 ? [] : [`only if a policy says yes: ${who(ifPolicyGrants)}`];
    return [...sure, ...maybe].join("; ");
  });
  return {
    persona,
    reach: ({ reach, isHidden }) => (isHidden ? "nobody: @inaccessible" : (phrases[reach] ?? "nobody")),
    demand: ({ demand }) => map.demands[demand]?.text ?? "",
    askedBy: ({ askedBy }) =>
      askedBy
        .flatMap((at) => {
          const origin = map.origins[at];
          return origin === undefined ? [] : [`${origin.source}:${origin.line}`];
        })
        .join(", "),
  };
};
