import { ConfigError, type Problem } from "../domain/errors.js";
import type { CardeaConfig } from "./resolve.js";

export interface DeploymentFlags {
  /** `--allow-memory-store`: the operator accepts that a restart signs everyone out. */
  readonly allowMemoryStore: boolean;
  /** The embedding code provides the store instead of the configuration. Default false. */
  readonly ownStores?: boolean;
}

const refused = (where: string, found: string, allowed: string, fix: string): Problem => ({
  kind: "REFUSED_IN_DEPLOYMENT",
  where,
  found,
  allowed,
  fix,
});

/**
 * Finds settings that are allowed in a trial run but not in a deployment: sessions in memory, keys or peppers generated
 * at start, and an issuer derived from the port. With Redis, several workers or in production, keys that differ per
 * process would sign everyone out at the next start, or at the next request that another worker answers.
 */
export function checkDeployment(config: CardeaConfig, flags: DeploymentFlags): readonly Problem[] {
  const problems: Problem[] = [];
  const { production, store, server } = config;
  const inMemory = store.kind === "memory" && flags.ownStores !== true;
  if (inMemory && server.workers > 1) {
    problems.push(
      refused(
        "store.kind",
        `memory with ${server.workers} workers`,
        "redis",
        "set store.kind and store.url, or server.workers: 1",
      ),
    );
  } else if (inMemory && production && !flags.allowMemoryStore) {
    problems.push(
      refused(
        "store.kind",
        "memory in production",
        "redis",
        "set store.kind: redis and store.url, or accept lost sessions with --allow-memory-store",
      ),
    );
  }
  if (production) problems.push(...missingIssuers(config));
  const reasons = [
    ...(production ? ["in production"] : []),
    ...(flags.ownStores === true ? ["with a store of its own"] : []),
    ...(store.kind === "redis" ? ["with Redis"] : []),
    ...(server.workers > 1 ? [`with ${server.workers} workers`] : []),
  ];
  if (reasons.length === 0) return problems;
  const generated = (where: string, what: string, fix: string): void => {
    problems.push(
      refused(
        where,
        `generated ${what} ${reasons.join(" and ")}`,
        `configured ${what}, the same after a restart`,
        fix,
      ),
    );
  };
  const newKey = "run `cardea keys new` and list the file";
  if (config.identity.keys.length === 0) generated("identity.keys", "keys", newKey);
  if (config.authSubgraph.enabled !== false) {
    if (config.tokens.keys.length === 0) generated("tokens.keys", "keys", newKey);
    if (config.tokens.refreshPeppers.length === 0) {
      generated(
        "tokens.refreshPeppers",
        "peppers",
        "add { id: 1, secret: env:… } with 32 random bytes or more",
      );
    }
    if (generatesSealingSecrets(config)) {
      generated(
        "tokens.sealingSecrets",
        "sealing secrets",
        "add { id: 1, secret: env:… } with 32 random bytes or more",
      );
    }
  }
  return problems;
}

/** An issuer derived from the port differs per machine, and nobody can fetch keys from it. */
function missingIssuers({ tokens, identity, authSubgraph }: CardeaConfig): readonly Problem[] {
  const issuesTokens = authSubgraph.enabled !== false;
  if (tokens.issuer !== undefined || (!issuesTokens && identity.issuer !== undefined)) return [];
  const where = issuesTokens ? "tokens.issuer" : "identity.issuer";
  return [
    {
      kind: "MISSING_SETTING",
      where,
      found: "nothing, in production",
      allowed: "the URL at which clients and subgraphs reach this gateway, the same on every gateway",
      fix: `set ${where}, e.g. https://graph.example.com`,
    },
  ];
}

const generatesSealingSecrets = (config: CardeaConfig): boolean =>
  config.tokens.sealingSecrets.length === 0 && issuesOpaqueTokens(config);

/** Does any client get opaque access tokens? */
export const issuesOpaqueTokens = ({ tokens, clients }: Pick<CardeaConfig, "tokens" | "clients">): boolean =>
  tokens.format === "opaque" || Object.values(clients).some(({ access }) => access === "opaque");

/** @throws ConfigError with all problems that {@link checkDeployment} finds */
export function assertDeployable(config: CardeaConfig, flags: DeploymentFlags): void {
  const problems = checkDeployment(config, flags);
  if (problems.length > 0) throw new ConfigError(problems);
}

/** Notes for the start output: settings that are allowed, but that the operator should know about. */
export function deploymentNotes(
  config: CardeaConfig,
  { ownStores = false }: Pick<DeploymentFlags, "ownStores"> = {},
): readonly string[] {
  const notes: string[] = [];
  if (config.store.kind === "memory" && !ownStores)
    notes.push("sessions are stored in memory: a restart signs everyone out");
  const generated = [
    ...(config.tokens.keys.length === 0 ? ["token keys"] : []),
    ...(config.identity.keys.length === 0 ? ["identity keys"] : []),
    ...(config.tokens.refreshPeppers.length === 0 ? ["refresh peppers"] : []),
    ...(generatesSealingSecrets(config) ? ["sealing secrets"] : []),
  ];
  if (generated.length > 0)
    notes.push(`${generated.join(", ")} were generated and are lost when this process ends`);
  if (config.auth.dryRun) notes.push("auth.dryRun is on: DENIALS ARE REPORTED, NOTHING IS ENFORCED");
  for (const [name, subgraph] of Object.entries(config.identity.subgraphs)) {
    if (subgraph.mode === "header") {
      notes.push(
        `subgraph ${name} trusts plain x-user-* headers: make sure that only the gateway can reach it`,
      );
    }
  }
  return notes;
}
