import type { Command } from "commander";
import type { CardeaConfig } from "../config/resolve.js";
import { ANONYMOUS, type Authenticated, type Principal } from "../domain/principal.js";
import { UsageError } from "./output.js";
import { readPassword } from "./password.js";

/** The caller for whom an operation is explained. Without flags, requirements are listed without decisions. */
export interface CallerFlags {
  readonly anonymous?: boolean;
  readonly scopes?: string;
  readonly authAge?: string;
  readonly tokenStdin?: boolean;
}

/** Adds `--anonymous`, `--scopes`, `--auth-age` and `--token-stdin`. */
export const withCallerFlags = (command: Command): Command =>
  command
    .option("--anonymous", "decide for a caller who is not signed in")
    .option("--scopes <scopes>", 'decide for a caller with these scopes: "a b", or "" for none')
    .option(
      "--auth-age <seconds>",
      "seconds since the caller signed in; default: no recent proof of identity",
    )
    .option(
      "--token-stdin",
      "decide for the claims of an access token on standard input, by the configured issuers; it is read, not verified",
    );

/** The settings that decide which claims of a token count. */
export type CallerConfig = Pick<CardeaConfig, "issuers" | "tokens">;

/**
 * Returns the caller that the flags describe; `undefined` without such flags.
 *
 * @throws UsageError for flags that contradict each other, or a token that cannot be read
 */
export async function callerOf(
  flags: CallerFlags,
  config: CallerConfig | undefined,
  readToken: () => Promise<string> = () => readPassword(true),
): Promise<Principal | undefined> {
  const signedIn = flags.scopes !== undefined || flags.authAge !== undefined;
  const kinds = [flags.anonymous === true, flags.tokenStdin === true, signedIn].filter(Boolean).length;
  if (kinds > 1)
    throw new UsageError(
      "--anonymous, --token-stdin and --scopes describe different callers: use one of them",
    );
  if (flags.anonymous === true) return ANONYMOUS;
  if (flags.tokenStdin === true) return fromToken(await readToken(), config);
  if (!signedIn) return undefined;
  const age = flags.authAge === undefined ? undefined : Number(flags.authAge);
  if (age !== undefined && !(Number.isSafeInteger(age) && age >= 0))
    throw new UsageError(`--auth-age ${flags.authAge}: allowed is a whole number of seconds`);
  return caller({
    scopes: new Set(words(flags.scopes ?? "")),
    ...(age === undefined ? {} : { authTime: nowSeconds() - age }),
  });
}

const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/**
 * Builds the caller of a token. Claims of an outside issuer are mapped and trusted as configured; claims of our own
 * tokens are read unchanged.
 *
 * @throws UsageError for a text that is not a JWT, or an issuer whose tokens the configured gateway refuses
 */
async function fromToken(token: string, config: CallerConfig | undefined): Promise<Principal> {
  const claims = claimsOf(token);
  const issuer = claims["iss"];
  const outside = config?.issuers.find((one) => one.issuer === issuer);
  if (outside !== undefined) {
    const { trustedClaims } = await import("../tokens/outside-token.js");
    const { scopes = {}, claims: names = {}, trustAuthTime = false } = outside;
    return caller(trustedClaims(claims, { scopes, claims: names, trustAuthTime }));
  }
  const own = config?.tokens.issuer;
  if (own !== undefined && issuer !== own) {
    const accepted = [own, ...(config?.issuers ?? []).map((one) => one.issuer)].join(", ");
    throw new UsageError(
      `the token's issuer is ${JSON.stringify(issuer)}, whose tokens this gateway refuses; it accepts tokens of ${accepted}`,
    );
  }
  const { readNumericDate, readScopeClaim } = await import("../domain/claims.js");
  const authTime = readNumericDate(claims["auth_time"]);
  return caller({
    scopes: readScopeClaim(claims["scope"]),
    ...(authTime === undefined ? {} : { authTime }),
  });
}

function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const [, payload] = token.trim().split(".");
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString("utf8"));
  } catch {
    claims = undefined;
  }
  if (typeof claims !== "object" || claims === null || Array.isArray(claims))
    throw new UsageError("standard input is not a JWT; only the gateway can read an opaque token");
  return claims as Readonly<Record<string, unknown>>; // an object, by the line above
}

/** Fills in only the fields that guards read. The result is used for explanations only. */
async function caller(worth: Pick<Authenticated, "scopes"> & Partial<Authenticated>): Promise<Authenticated> {
  const { DEFAULT_TENANT } = await import("../domain/brand.js");
  return {
    kind: "user",
    issuer: "local",
    subject: "explained",
    tenant: DEFAULT_TENANT,
    amr: [],
    issuedAt: nowSeconds(),
    expiresAt: nowSeconds() + 1,
    claims: {},
    ...worth,
  };
}
