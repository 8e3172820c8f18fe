import type { KeyReference } from "../config/resolve.js";
import { ConfigError, type Problem } from "../domain/errors.js";
import type { Emit } from "../domain/events.js";
import { type Clock, nowSeconds, type Seconds } from "../domain/time.js";
import { generateKey } from "../tokens/generate-key.js";
import { keyFiles, parseKeyFile } from "../tokens/key-file.js";
import { createKeyRing, type KeyRing } from "../tokens/key-ring.js";
import type { KeySource } from "../tokens/key-source.js";
import { watchKeys } from "../tokens/key-watch.js";

export interface OpenedKeys {
  readonly tokens: KeyRing;
  readonly identity: KeyRing;
  /** Stops rereading the key files. */
  stop(): void;
}

export interface KeyOptions {
  readonly tokens: readonly KeyReference[];
  readonly identity: readonly KeyReference[];
  /** The longest life of a token of either ring, tolerance included. */
  readonly retentionSeconds: Seconds;
  readonly clock: Clock;
  readonly emit: Emit;
}

/**
 * Opens both key rings: from files that are reread while we run, or drawn now where none are configured.
 *
 * @throws ConfigError with the problems of all keys at once, also when one key stands in both rings: whoever holds
 * an identity token could then pass it off as an access token (RFC 8725 §3.11)
 */
export async function openKeys(options: KeyOptions): Promise<OpenedKeys> {
  const problems: Problem[] = [];
  const [tokens, identity] = await Promise.all(
    (["tokens", "identity"] as const).map((name) => openRing(name, options, problems)),
  );
  if (tokens === undefined || identity === undefined || problems.length > 0) throw new ConfigError(problems);
  const shared = sharedKeys(tokens.ring, identity.ring, options.clock);
  if (shared.length > 0) {
    throw new ConfigError(
      shared.map((kid) => ({
        kind: "SHARED_KEY",
        where: "identity.keys",
        found: `key ${kid}, which signs access tokens too`,
        allowed: "keys apart from tokens.keys",
        mend: "write a new one with `cardea keys new`",
      })),
    );
  }
  return {
    tokens: tokens.ring,
    identity: identity.ring,
    stop() {
      tokens.stop();
      identity.stop();
    },
  };
}

interface OpenedRing {
  readonly ring: KeyRing;
  stop(): void;
}

async function openRing(
  name: "tokens" | "identity",
  options: KeyOptions,
  problems: Problem[],
): Promise<OpenedRing | undefined> {
  const references = options[name];
  const ringOptions = { retentionSeconds: options.retentionSeconds };
  if (references.length === 0) {
    return { ring: createKeyRing([await generateKey()], ringOptions), stop: () => undefined };
  }
  const source = sourceOf(references);
  try {
    const ring = createKeyRing(await source.load(), ringOptions);
    const stop = watchKeys(source, ring, {
      onProblem: (text) => options.emit({ type: "fault", reason: `${name}.keys: ${text}` }),
    });
    return { ring, stop };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    problems.push(...error.problems);
    return undefined;
  }
}

/** In the order written: among keys that started together the first signs. */
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

/** Ids of keys whose public part stands in both rings, whatever they are called there. */
function sharedKeys(tokens: KeyRing, identity: KeyRing, clock: Clock): readonly string[] {
  const now = nowSeconds(clock);
  const material = ({ publicJwk }: { readonly publicJwk: Readonly<Record<string, unknown>> }): string =>
    JSON.stringify(["kty", "crv", "x", "y", "n", "e"].map((member) => publicJwk[member]));
  const own = new Set(tokens.describe(now).map(material));
  return identity
    .describe(now)
    .filter((key) => own.has(material(key)))
    .map(({ kid }) => kid);
}
