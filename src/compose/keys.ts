import type { CardeaConfig, KeyReference } from "../config/resolve.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import { type Clock, nowSeconds, type Seconds } from "../domain/time.js";
import { generateKey } from "../tokens/generate-key.js";
import { keyFiles, parseKeyFile } from "../tokens/key-file.js";
import { createKeyRing, type KeyRing } from "../tokens/key-ring.js";
import type { KeySource } from "../tokens/key-source.js";
import { watchKeys } from "../tokens/key-watch.js";
import { longestLifeOf, revocationMarginOf } from "./sessions.js";

export interface OpenedKeys {
  readonly tokens: KeyRing;
  readonly identity: KeyRing;
  /** Stops reading the key files again. */
  stop(): void;
}

export interface KeyOptions {
  readonly tokens: readonly KeyReference[];
  readonly identity: readonly KeyReference[];
  /** The longest life of a token of either ring, clock tolerance included. */
  readonly retentionSeconds: Seconds;
  readonly clock: Clock;
  readonly emit: Emit;
}

/** The configured key files, and how long a replaced key can still verify. */
export const keyOptionsOf = (
  config: CardeaConfig,
): Pick<KeyOptions, "tokens" | "identity" | "retentionSeconds"> => ({
  tokens: config.tokens.keys,
  identity: config.identity.keys,
  retentionSeconds: longestLifeOf(config) + revocationMarginOf(config),
});

/**
 * Opens both key rings, from files that are read again while the gateway runs. A ring without configured keys gets a
 * new one.
 *
 * @throws ConfigError with the problems of all keys at once, also when a key is in both rings: an identity token could
 * then be accepted as an access token (RFC 8725 §3.11)
 */
export async function openKeys(options: KeyOptions): Promise<OpenedKeys> {
  const problems: Problem[] = [];
  const [tokens, identity] = await Promise.all(
    (["tokens", "identity"] as const).map((name) => openRing(name, options, problems)),
  );
  if (tokens === undefined || identity === undefined || problems.length > 0) throw new ConfigError(problems);
  refuseShared("identity", identity.ring, tokens.ring, options.clock);
  const stops = [
    watch("tokens", tokens, identity.ring, options),
    watch("identity", identity, tokens.ring, options),
  ];
  return {
    tokens: tokens.ring,
    identity: identity.ring,
    stop() {
      for (const stop of stops) stop();
    },
  };
}

type RingName = "tokens" | "identity";

interface OpenedRing {
  readonly ring: KeyRing;
  /** Absent for a generated key. */
  readonly source?: KeySource;
}

async function openRing(
  name: RingName,
  options: KeyOptions,
  problems: Problem[],
): Promise<OpenedRing | undefined> {
  const references = options[name];
  const ringOptions = { retentionSeconds: options.retentionSeconds };
  if (references.length === 0) {
    return { ring: createKeyRing([await generateKey()], ringOptions) };
  }
  const source = sourceOf(references);
  try {
    return { ring: createKeyRing(await source.load(), ringOptions), source };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** Keeps the configured order: of keys that became active at the same time, the first one signs. */
const sourceOf = (references: readonly KeyReference[]): KeySource => ({
  async load() {
    const lists = await Promise.all(
      references.map((reference) =>
        reference.kind === "file"
          ? keyFiles([reference.path]).load()
          : parseKeyFile(reference.text, reference.name),
      ),
    );
    return lists.flat();
  },
});

/** Reads the files of a ring again. A key of the other ring is refused, as at start, and the old keys stay. */
function watch(
  name: RingName,
  { ring, source }: OpenedRing,
  other: KeyRing,
  options: KeyOptions,
): () => void {
  if (source === undefined) return () => undefined;
  const guarded: Pick<KeyRing, "replace"> = {
    replace(records) {
      refuseShared(name, createKeyRing(records), other, options.clock);
      ring.replace(records);
    },
  };
  return watchKeys(source, guarded, {
    onProblem: (text) => options.emit({ type: "fault", reason: `${name}.keys: ${text}` }),
  });
}

/** @throws ConfigError when a key is in both rings, with any id and in any state */
function refuseShared(name: RingName, ring: KeyRing, other: KeyRing, clock: Clock): void {
  const now = nowSeconds(clock);
  const material = ({ publicJwk }: { readonly publicJwk: Readonly<Record<string, unknown>> }): string =>
    JSON.stringify(["kty", "crv", "x", "y", "n", "e"].map((member) => publicJwk[member]));
  const theirs = new Set(other.describe(now).map(material));
  const shared = ring.describe(now).filter((key) => theirs.has(material(key)));
  if (shared.length === 0) return;
  const [also, apart] =
    name === "identity" ? ["access tokens", "tokens.keys"] : ["identity tokens", "identity.keys"];
  throw new ConfigError(
    shared.map(({ kid }) => ({
      kind: "SHARED_KEY",
      where: `${name}.keys`,
      found: `key ${kid}, which also signs ${also}`,
      allowed: `keys that are not in ${apart}`,
      fix: "create a new key with `cardea keys new`",
    })),
  );
}
