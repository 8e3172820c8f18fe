import { momentText } from "./duration.js";

/** A claim of an access token, as a person reads it. */
export interface ClaimRow {
  readonly name: string;
  readonly value: string;
  /** What the value says, where that is not obvious. */
  readonly words: string | undefined;
}

const MOMENTS: readonly string[] = ["iat", "nbf", "exp", "auth_time"];
const WORDS: Readonly<Record<string, string>> = {
  iss: "the gateway that issued it",
  sub: "the user",
  aud: "who may accept it",
  sid: "the session",
  jti: "this token",
  scope: "what it may do",
  client_id: "the client",
  amr: "how identity was proved",
};

/** All claims in the order of the token. */
export const claimRows = (claims: Readonly<Record<string, unknown>>, nowMs: number): readonly ClaimRow[] =>
  Object.entries(claims).map(([name, value]) => ({
    name,
    value: typeof value === "string" ? value : (JSON.stringify(value) ?? ""),
    words: MOMENTS.includes(name) && typeof value === "number" ? momentText(value, nowMs) : WORDS[name],
  }));
