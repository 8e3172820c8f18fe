import type { AccessMap } from "../../src/access-map/index.js";

const MEMBERS = 10;

/** An access map of many types, as a large company has: a root, ten members each, a scope for each ten types. */
export const aBigAccessMap = (types: number): AccessMap => {
  const scopes = Array.from({ length: 20 }, (_, at) => `scope${at}`);
  const everybody = ["signedIn", ...scopes.map((scope) => `scope:${scope}`), "stolenToken", "everything"];
  return {
    version: 1,
    rulesDigest: "big",
    personas: [
      { id: "visitor", kind: "fixed" },
      { id: "signedIn", kind: "fixed" },
      ...scopes.map((scope) => ({ id: `scope:${scope}`, kind: "scope" as const, scope })),
      { id: "stolenToken", kind: "fixed" },
      { id: "everything", kind: "fixed" },
    ],
    demands: ["no guard", "signed in", ...scopes.map((scope) => `signed in, scopes ${scope}`)].map(
      (text, at) => ({
        text,
        authenticated: at > 0,
        maxAgeSeconds: null,
        verified: true,
        scopes: at > 1 ? [[scopes[at - 2] ?? ""]] : [],
        policies: [],
        isComplete: true,
      }),
    ),
    reach: [
      { reached: [], ifPolicyGrants: [] },
      { reached: everybody, ifPolicyGrants: [] },
      ...scopes.map((scope) => ({
        reached: [`scope:${scope}`, "stolenToken", "everything"],
        ifPolicyGrants: [],
      })),
    ],
    origins: [{ source: "big", coordinate: "Type0", line: 1, directive: "@auth" }],
    types: Array.from({ length: types }, (_, at) => ({
      coordinate: `Type${at}`,
      isHidden: false,
      demand: 1,
      reach: 1,
      askedBy: [0],
      kind: "object" as const,
      root: at === 0 ? ("query" as const) : null,
      members: Array.from({ length: MEMBERS }, (_, member) => ({
        coordinate: `Type${at}.field${member}`,
        isHidden: false,
        demand: member === 0 ? 1 : 2 + (at % scopes.length),
        reach: member === 0 ? 1 : 2 + (at % scopes.length),
        askedBy: [0],
        kind: "field" as const,
        changesCredential: false,
      })),
    })),
    subgraphs: [],
  };
};
