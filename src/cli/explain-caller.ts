import type { Command } from "commander";
import { ANONYMOUS, type Authenticated, type Principal } from "../domain/principal.js";
import { UsageError } from "./output.js";
import { readPassword } from "./password.js";

/** By whom an operation is judged; none of them: demands are listed and nothing is judged. */
export interface CallerFlags {
  readonly anonymous?: boolean;
  readonly scopes?: string;
  readonly authAge?: string;
  readonly tokenStdin?: boolean;
}

/** Adds `--anonymous`, `--scopes`, `--auth-age` and `--token-stdin`. */
export const withCallerFlags = (command: Command): Command =>
  command
    .option("--anonymous", "judge for a visitor who is not signed in")
    .option("--scopes <scopes>", 'judge for a caller with these scopes: "a b", or "" for none')
    .option("--auth-age <seconds>", "that long ago the caller proved who they are; default: no recent proof")
    .option(
      "--token-stdin",
      "judge for the claims of an access token on standard input; it is read, not verified",
    );

/**
 * The caller the flags describe; `undefined` when they describe none.
 *
 * @throws UsageError for flags that contradict each other, or a token that cannot be read
 */
export async function callerOf(flags: CallerFlags): Promise<Principal | undefined> {
  const signedIn = flags.scopes !== undefined || flags.authAge !== undefined;
  const kinds = [flags.anonymous === true, flags.tokenStdin === true, signedIn].filter(Boolean).length;
  if (kinds > 1)
    throw new UsageError("--anonymous, --token-stdin and --scopes name different callers: use one");
  if (flags.anonymous === true) return ANONYMOUS;
  if (flags.tokenStdin === true) return fromToken(await readPassword(true));
  if (!signedIn) return undefined;
  const age = flags.authAge === undefined ? undefined : Number(flags.authAge);
  if (age !== undefined && !(Number.isSafeInteger(age) && age >= 0))
    throw new UsageError("--auth-age takes a whole number of seconds");
  return caller(words(flags.scopes ?? ""), age === undefined ? undefined : nowSeconds() - age);
}

const words = (text: string): readonly string[] => text.split(" ").filter((word) => word !== "");
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

async function fromToken(token: string): Promise<Principal> {
  const [, payload] = token.trim().split(".");
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(payload ?? "", "base64url").toString("utf8"));
  } catch {
    claims = undefined;
  }
  if (typeof claims !== "object" || claims === null)
    throw new UsageError("standard input holds no JWT; an opaque token cannot be read from outside");
  const { scope, auth_time: authTime } = claims as { readonly scope?: unknown; readonly auth_time?: unknown }; // an object, by the line above
  return caller(
    typeof scope === "string" ? words(scope) : [],
    typeof authTime === "number" && Number.isSafeInteger(authTime) ? authTime : undefined,
  );
}

/** Only what rules look at is filled in; nothing here is ever served with. */
async function caller(scopes: readonly string[], authTime: number | undefined): Promise<Authenticated> {
  const { DEFAULT_TENANT } = await import("../domain/brand.js");
  return {
    kind: "user",
    issuer: "local",
    subject: "explained",
    tenant: DEFAULT_TENANT,
    scopes: new Set(scopes),
    ...(authTime === undefined ? {} : { authTime }),
    amr: [],
    issuedAt: nowSeconds(),
    expiresAt: nowSeconds() + 1,
    claims: {},
  };
}
