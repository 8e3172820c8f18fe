import { claimNameProblems } from "../domain/claims.js";
import type { Problem } from "../domain/errors.js";
import { checkPolicy } from "../domain/policy.js";
import type { UnixSeconds } from "../domain/time.js";
import { resolveClientAuth } from "./client-auth.js";
import { clientProblems, type ResolvedClient, resolveClients } from "./clients.js";
import { collisionProblems } from "./collisions.js";
import { exposedFiles, type SecretFile } from "./exposed-files.js";
import { type GraphSource, graphSource, isUrl } from "./graph-source.js";
import { describe } from "./problems.js";
import type { References } from "./references.js";
import { renewalProblems } from "./renewal.js";
import type { ParsedConfig } from "./schema.js";
import { createSecretReader, type ListedSecret, type ReadSecret, resolveSecrets } from "./secrets.js";
import { resolveTls } from "./tls.js";
import { resolveTransport, type TransportConfig } from "./transport.js";

/** A private key: a JWK file, or the text of a JWK from an environment variable. */
export type KeyReference =
  | { readonly kind: "file"; readonly path: string }
  | { readonly kind: "text"; readonly name: string; readonly text: string };

export type { GraphSource, SubgraphSource } from "./graph-source.js";

type Section<Name extends keyof ParsedConfig> = ParsedConfig[Name];

/** `tokens` with its references resolved. `acceptOpaqueUntil` is in Unix seconds. */
export type TokensConfig = Omit<
  Section<"tokens">,
  "keys" | "refreshPeppers" | "sealingSecrets" | "acceptOpaqueUntil"
> & {
  readonly keys: readonly KeyReference[];
  readonly refreshPeppers: readonly ListedSecret[];
  readonly sealingSecrets: readonly ListedSecret[];
  readonly acceptOpaqueUntil: UnixSeconds | undefined;
};

/** The configuration for `compose.ts`: references resolved, paths absolute, dependent defaults set. */
export interface CardeaConfig
  extends Omit<
    ParsedConfig,
    | "supergraph"
    | "subgraphs"
    | "server"
    | "ops"
    | "tokens"
    | "identity"
    | "auth"
    | "users"
    | "supergraphCheck"
    | "issuers"
    | "transport"
    | "clients"
    | "page"
  > {
  readonly production: boolean;
  readonly graph: GraphSource;
  readonly server: Section<"server"> & { readonly host: string; readonly drainDelayMs: number };
  /** `anyPort`: the port is the default and this is not production, so another free port may be used instead. */
  readonly ops: { readonly host: string; readonly port: number; readonly anyPort: boolean };
  /** `issuer` absent: http://localhost:<the port listened on>; `audience` absent: the issuer. */
  readonly tokens: TokensConfig;
  readonly identity: Omit<Section<"identity">, "keys"> & { readonly keys: readonly KeyReference[] };
  readonly auth: Section<"auth"> & { readonly introspection: "on" | "off" | "filtered" };
  readonly users: NonNullable<Section<"users">> | undefined;
  readonly supergraphCheck: "on" | "off";
  readonly transport: TransportConfig;
  readonly clients: Readonly<Record<string, ResolvedClient>>;
  readonly page: { readonly explorer: "on" | "off"; readonly account: "on" | "off" };
  readonly issuers: readonly (Section<"issuers">[number] & { readonly allowPrivateAddresses: boolean })[];
}

const DEFAULT_OPS_PORT = 9400;
/** Load balancers check readiness every few seconds and send requests until they see that it failed. */
const DRAIN_DELAY_MS = 5_000;
const REDIS_URL = /^rediss?(-sentinel|-cluster)?:\/\//;
const REDIS_URLS = "redis://…, redis-sentinel://… or redis-cluster://…, rediss… for TLS";

/** Sets defaults that depend on other settings, and resolves references. Problems are collected, not thrown. */
export function resolveConfig(
  parsed: ParsedConfig,
  references: References,
  production: boolean,
): { readonly config: CardeaConfig; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const { supergraph, subgraphs, supergraphCheck, lastGoodSupergraph, approvedOpenings, users, ...rest } =
    parsed;
  const readSecret = createSecretReader(references, problems, production);
  const host = parsed.server.host ?? (production ? "0.0.0.0" : "127.0.0.1");
  const config: CardeaConfig = {
    ...rest,
    production,
    graph: graphSource(supergraph, subgraphs, references, problems),
    server: {
      ...parsed.server,
      host,
      drainDelayMs: parsed.server.drainDelayMs ?? (production ? DRAIN_DELAY_MS : 0),
      persistedDocuments:
        parsed.server.persistedDocuments === undefined
          ? undefined
          : {
              ...parsed.server.persistedDocuments,
              path: references.path(parsed.server.persistedDocuments.path),
            },
    },
    ops: {
      host: parsed.ops.host ?? "127.0.0.1",
      port: parsed.ops.port ?? DEFAULT_OPS_PORT,
      anyPort: parsed.ops.port === undefined && !production,
    },
    store: resolveStore(parsed.store, references, problems),
    transport: resolveTransport(parsed.transport, references, problems),
    tokens: resolveTokens(parsed.tokens, references, readSecret, problems),
    identity: { ...parsed.identity, keys: keyReferences("identity.keys", parsed.identity.keys, references) },
    auth: {
      ...parsed.auth,
      introspection: parsed.auth.introspection ?? (production ? "filtered" : "on"),
    },
    clients: resolveClients(parsed.clients, parsed.tokens, (id, client) =>
      resolveClientAuth(id, client, { references, readSecret, problems, production }),
    ),
    page: typeof parsed.page === "string" ? { explorer: parsed.page, account: "off" } : parsed.page,
    users: users === undefined ? undefined : { ...users, path: references.path(users.path) },
    issuers: parsed.issuers.map((issuer, index) => ({
      ...issuer,
      tls: resolveTls(`issuers[${index}].tls`, issuer.tls, references, problems),
      jwks: isUrl(issuer.jwks) ? issuer.jwks : references.path(issuer.jwks),
      allowPrivateAddresses: issuer.allowPrivateAddresses ?? !production,
    })),
    supergraphCheck: supergraphCheck ?? (production ? "on" : "off"),
    ...(lastGoodSupergraph === undefined ? {} : { lastGoodSupergraph: references.path(lastGoodSupergraph) }),
    ...(approvedOpenings === undefined ? {} : { approvedOpenings: references.path(approvedOpenings) }),
  };
  if (parsed.tokens.issuer !== undefined && parsed.tokens.issuer === parsed.identity.issuer) {
    problems.push({
      kind: "CONFLICTING_SETTINGS",
      where: "identity.issuer",
      found: "the same issuer as tokens.issuer",
      allowed: "an issuer of its own: its tokens must not pass for access tokens (RFC 8725 §3.12)",
      fix: "remove identity.issuer, or choose another value",
    });
  }
  problems.push(...claimNameProblems(parsed.tokens.claims));
  problems.push(...clientProblems(parsed, production));
  problems.push(...renewalProblems(parsed));
  problems.push(...collisionProblems(parsed));
  const lives = Object.values(parsed.clients).map((client) => client.accessTtlSeconds ?? 0);
  problems.push(
    ...checkPolicy({
      ...parsed.sessions,
      accessTtlSeconds: Math.max(parsed.tokens.accessTtlSeconds, ...lives),
    }),
  );
  if (production) problems.push(...exposedFiles([...secretFilesOf(config), ...references.secretFiles]));
  return { config, problems: [...problems, ...references.problems] };
}

function resolveStore(
  store: Section<"store">,
  references: References,
  problems: Problem[],
): Section<"store"> {
  const url = store.url === undefined ? undefined : references.read("store.url", store.url);
  if (store.kind === "redis" && url === undefined) {
    problems.push({
      kind: "MISSING_SETTING",
      where: "store.url",
      found: "nothing",
      allowed: REDIS_URLS,
      fix: "set store.url, or CARDEA_STORE_URL",
    });
  }
  if (url !== undefined && url !== "" && !REDIS_URL.test(url)) {
    problems.push({
      kind: "INVALID_SETTING",
      where: "store.url",
      found: describe(url),
      allowed: REDIS_URLS,
      fix: "correct store.url",
    });
  }
  return { ...store, url, tls: resolveTls("store.tls", store.tls, references, problems) };
}

function resolveTokens(
  tokens: Section<"tokens">,
  references: References,
  readSecret: ReadSecret,
  problems: Problem[],
): CardeaConfig["tokens"] {
  const [refreshPeppers = [], sealingSecrets = []] = resolveSecrets(
    [
      { where: "tokens.refreshPeppers", listed: tokens.refreshPeppers },
      { where: "tokens.sealingSecrets", listed: tokens.sealingSecrets },
    ],
    readSecret,
    problems,
  );
  const kept = tokens.refreshPeppers.filter(({ id }) => tokens.retiredPepperIds.includes(id));
  for (const { id } of kept)
    problems.push({
      kind: "CONFLICTING_SETTINGS",
      where: "tokens.retiredPepperIds",
      found: `id ${id}, which tokens.refreshPeppers still lists`,
      allowed: "ids of removed peppers",
      fix: `remove the pepper ${id}, or its id from this list`,
    });
  const { acceptOpaqueUntil } = tokens;
  if (acceptOpaqueUntil !== undefined && sealingSecrets.length === 0)
    problems.push({
      kind: "MISSING_SETTING",
      where: "tokens.sealingSecrets",
      found: "nothing, although tokens.acceptOpaqueUntil is set",
      allowed: "the secrets of the gateways that issue opaque tokens",
      fix: "add { id: 1, secret: env:… }, the same on every gateway",
    });
  return {
    ...tokens,
    keys: keyReferences("tokens.keys", tokens.keys, references),
    refreshPeppers,
    sealingSecrets,
    acceptOpaqueUntil:
      acceptOpaqueUntil === undefined ? undefined : Math.floor(Date.parse(acceptOpaqueUntil) / 1000),
  };
}

const keyReferences = (
  where: string,
  keys: readonly string[],
  references: References,
): readonly KeyReference[] =>
  keys.map((key, index) =>
    key.startsWith("env:")
      ? { kind: "text", name: key, text: references.read(`${where}[${index}]`, key) }
      : { kind: "file", path: references.path(key) },
  );

/** The key files and the users file. */
function secretFilesOf({ tokens, identity, users }: CardeaConfig): readonly SecretFile[] {
  const keyFiles = (where: string, keys: readonly KeyReference[]): readonly SecretFile[] =>
    keys.flatMap((key, index) =>
      key.kind === "file" ? [{ where: `${where}[${index}]`, path: key.path }] : [],
    );
  return [
    ...keyFiles("tokens.keys", tokens.keys),
    ...keyFiles("identity.keys", identity.keys),
    ...(users === undefined ? [] : [{ where: "users.path", path: users.path }]),
  ];
}
