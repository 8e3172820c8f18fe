import type { Problem } from "../domain/errors.js";
import { isUrl } from "./graph-source.js";
import type { References } from "./references.js";
import type { ParsedConfig } from "./schema.js";
import type { ClientConfig } from "./schema-clients.js";
import type { ReadSecret } from "./secrets.js";
import { resolveTls, type TlsConfig } from "./tls.js";

/** The proof that a confidential client has to give, with its references resolved. */
export type ResolvedClientAuth =
  | { readonly method: "client_secret_basic"; readonly secrets: readonly string[] }
  | {
      readonly method: "private_key_jwt";
      /** Absolute path or URL. */
      readonly jwks: string;
      readonly allowPrivateAddresses: boolean;
      readonly tls: TlsConfig | undefined;
    };

interface Context {
  readonly references: References;
  readonly readSecret: ReadSecret;
  readonly problems: Problem[];
  readonly production: boolean;
}

/** Resolves `clients.<id>.auth`. Secrets are accepted by reference only: a configuration file is copied and shared. */
export function resolveClientAuth(
  id: string,
  { auth }: ClientConfig,
  { references, readSecret, problems, production }: Context,
): ResolvedClientAuth | undefined {
  if (auth === undefined) return undefined;
  const where = `clients.${id}.auth`;
  const unused = auth.method === "client_secret_basic" ? (["jwks", "tls"] as const) : (["secrets"] as const);
  for (const name of unused)
    if (auth[name] !== undefined)
      problems.push({
        kind: "CONFLICTING_SETTINGS",
        where: `${where}.${name}`,
        found: `a setting that ${auth.method} does not use`,
        allowed: "the settings of one method",
        fix: `remove ${where}.${name}, or change ${where}.method`,
      });
  const missing = (name: string, allowed: string): void => {
    problems.push({
      kind: "MISSING_SETTING",
      where: `${where}.${name}`,
      found: "nothing",
      allowed,
      fix: `set ${where}.${name}`,
    });
  };
  if (auth.method === "client_secret_basic") {
    if (auth.secrets === undefined) missing("secrets", "one or two references, such as env:BFF_SECRET");
    const secrets = (auth.secrets ?? []).map((reference, index) => {
      const place = `${where}.secrets[${index}]`;
      if (/^(env|file):./.test(reference)) return readSecret(place, reference);
      problems.push({
        kind: "INVALID_SETTING",
        where: place,
        found: "a secret written into the configuration",
        allowed: "a reference, such as env:BFF_SECRET or file:bff-secret",
        fix: "move the secret into an environment variable or a file, and change it: others may have read it here",
      });
      return "";
    });
    return { method: auth.method, secrets };
  }
  if (auth.jwks === undefined) missing("jwks", "a file, or an https URL");
  const jwks = auth.jwks ?? "";
  return {
    method: auth.method,
    jwks: isUrl(jwks) ? jwks : references.path(jwks),
    allowPrivateAddresses: auth.allowPrivateAddresses ?? !production,
    tls: resolveTls(`${where}.tls`, auth.tls, references, problems),
  };
}

/** Finds client authentication that could never be used, or that protects nothing. */
export function clientAuthProblems({ clients, authSubgraph }: ParsedConfig): readonly Problem[] {
  return Object.entries(clients).flatMap(([id, { auth, introspect, delivery }]) => {
    const problems: Problem[] = [];
    const conflict = (name: string, found: string, allowed: string, fix: string): void => {
      problems.push({ kind: "CONFLICTING_SETTINGS", where: `clients.${id}.${name}`, found, allowed, fix });
    };
    if (auth !== undefined && delivery === "cookie")
      conflict(
        "auth",
        "client authentication of a cookie client",
        "cookie clients without it: browsers cannot keep a secret, and their Origin says who they are",
        `remove clients.${id}.auth, or set clients.${id}.delivery: bearer`,
      );
    if (introspect && auth === undefined)
      conflict(
        "introspect",
        "true, for a client that does not authenticate",
        "introspect with auth: nobody else may try tokens (RFC 7662 §2.1)",
        `set clients.${id}.auth, or remove clients.${id}.introspect`,
      );
    if (auth !== undefined && authSubgraph.enabled === false)
      conflict(
        "auth",
        "client authentication, with authSubgraph.enabled: false",
        "clients that authenticate where there are OAuth endpoints",
        `remove clients.${id}.auth, or authSubgraph.enabled`,
      );
    return problems;
  });
}
