import type { CardeaConfig } from "../config/resolve.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import { systemClock } from "../domain/time.js";
import { withRedisStores } from "./open-stores.js";

export interface InstallationCheckOptions {
  /** Check files only: do not contact the store or an issuer. */
  readonly offline: boolean;
  /** The same flag as for `cardea serve`. */
  readonly allowMemoryStore: boolean;
}

/**
 * Opens and closes everything that a gateway opens at start beside its graph: keys, users, persisted documents, the
 * last good supergraph, key sets of outside issuers, the store.
 *
 * @returns all problems at once. A store or issuer that does not answer is a problem here, although a gateway would
 * start and wait for it
 */
export async function installationProblems(
  config: CardeaConfig,
  { offline, allowMemoryStore }: InstallationCheckOptions,
): Promise<readonly Problem[]> {
  const { checkDeployment } = await import("../config/deployment.js");
  const found = await Promise.all([
    checkDeployment(config, { allowMemoryStore }),
    problemsOf(() => openKeysOnce(config)),
    problemsOf(() => openUsersOnce(config)),
    problemsOf(() => openFiles(config)),
    problemsOf(() => buildVerifier(config)),
    ...config.issuers.map((issuer) => keySetProblems(issuer, offline)),
    ...(offline ? [] : [problemsOf(() => checkStore(config))]),
  ]);
  return found.flat();
}

/** The problems of the ConfigError that an attempt throws; none when it succeeds. */
async function problemsOf(attempt: () => Promise<unknown>): Promise<readonly Problem[]> {
  try {
    await attempt();
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const ignore = (): void => undefined;

async function openKeysOnce(config: CardeaConfig): Promise<void> {
  const { keyOptionsOf, openKeys } = await import("../compose/keys.js");
  const keys = await openKeys({ ...keyOptionsOf(config), clock: systemClock, emit: ignore });
  keys.stop();
}

async function openUsersOnce(config: CardeaConfig): Promise<void> {
  const { openDirectory } = await import("../compose/sessions.js");
  await openDirectory(config, systemClock, ignore);
}

async function openFiles(config: CardeaConfig): Promise<void> {
  const [{ openPersistedDocuments }, { openLastGood }] = await Promise.all([
    import("../compose/persisted-documents.js"),
    import("../compose/last-good.js"),
  ]);
  await openPersistedDocuments(config);
  await openLastGood(config, (source) => source);
}

/** Finds contradictions between the issuers, which only their token verifier detects. */
async function buildVerifier(config: CardeaConfig): Promise<void> {
  const [{ createOutsideIssuers }, { issuersOf }] = await Promise.all([
    import("../tokens/outside-issuers.js"),
    import("../compose/issuers.js"),
  ]);
  const { issuer, identityIssuer } = issuersOf(config, config.server.port);
  createOutsideIssuers(config.issuers, {
    reservedIssuers: [issuer, identityIssuer],
    clock: systemClock,
    clockToleranceSeconds: config.tokens.clockToleranceSeconds,
    knowsUsers: config.users !== undefined,
  });
}

async function keySetProblems(
  issuer: CardeaConfig["issuers"][number],
  offline: boolean,
): Promise<readonly Problem[]> {
  const [{ isUrl, locationProblem, readJwksDocument }, { readJwks }] = await Promise.all([
    import("../tokens/jwks-document.js"),
    import("../tokens/public-keys.js"),
  ]);
  // A URL that may not be fetched is reported already, as a problem of the issuer's settings.
  if ((offline && isUrl(issuer.jwks)) || locationProblem(issuer) !== undefined) return [];
  const refused = (found: string): readonly Problem[] => [
    {
      kind: "BAD_ISSUER",
      where: `issuers[${issuer.issuer}].jwks: ${issuer.jwks}`,
      found,
      allowed: `a key set (JWKS) with a key for ${issuer.algorithms.join(" or ")}`,
      fix: "check the path or URL and that it can be reached from here; --offline skips URLs",
    },
  ];
  try {
    const keys = readJwks(await readJwksDocument(issuer), issuer.algorithms);
    return keys.length > 0 ? [] : refused("a key set without a usable key");
  } catch (error) {
    return refused(`a key set that cannot be read: ${error instanceof Error ? error.message : "unknown"}`);
  }
}

async function checkStore(config: CardeaConfig): Promise<void> {
  const { redisOptionsOf } = await import("../compose/stores.js");
  const options = redisOptionsOf(config);
  if (options === undefined) return;
  await withRedisStores(
    { ...options, clock: systemClock, emit: ignore },
    "check that it runs and can be reached from here; --offline skips it",
    ignore,
  );
}
