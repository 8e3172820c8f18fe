import { type ForgeKey, NOW } from "./jose-forge.js";

/** One hostile token. */
export interface AttackVector {
  readonly weakness: string;
  readonly name: string;
  readonly token: string;
}

export const ISSUER = "https://gateway.example";
export const AUDIENCE = "https://gateway.example/graphql";
export const OUTSIDE = "https://login.example";

export const CLAIMS = {
  iss: ISSUER,
  aud: AUDIENCE,
  sub: "u-ada",
  sid: "c2Vzc2lvbi1vbmU",
  gen: 1,
  ep: 1_799_999_000_000,
  iat: NOW - 10,
  exp: NOW + 290,
  jti: "token-one",
  auth_time: NOW - 10,
  amr: ["pwd"],
  scope: "orders:read",
  client_id: "default",
  tid: "default",
};

export const OUTSIDE_CLAIMS = {
  iss: OUTSIDE,
  aud: "cardea",
  sub: "u-ada",
  iat: NOW - 10,
  exp: NOW + 290,
  jti: "outside-one",
};

export const header = (key: ForgeKey, changes: Record<string, unknown> = {}) => ({
  alg: key.alg,
  kid: key.kid,
  typ: "at+jwt",
  ...changes,
});

export const without = (object: Readonly<Record<string, unknown>>, name: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(object).filter(([key]) => key !== name));
