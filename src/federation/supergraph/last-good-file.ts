import { randomBytes } from "node:crypto";
import { constants, type Stats } from "node:fs";
import { type FileHandle, open, rename, unlink } from "node:fs/promises";
import { ConfigError } from "../../domain/errors.js";
import { digestOf } from "./sources.js";

/** Stores the last proven supergraph across restarts. */
export interface LastGood {
  /** @throws ConfigError `LAST_GOOD_UNUSABLE` when there is none, or none that is certainly ours and whole */
  load(): Promise<string>;
  /** @throws ConfigError `LAST_GOOD_FOREIGN`, or what the file system threw */
  keep(supergraphSdl: string): Promise<void>;
}

export interface LastGoodFile extends LastGood {
  /** @throws ConfigError `LAST_GOOD_FOREIGN` when what is there is not a file of ours */
  assertOurs(): Promise<void>;
}

/** First line of the file: it shows that the file is ours and complete. */
const HEADER = /^# Cardea's last good supergraph, written by the gateway; sha256 ([0-9a-f]{64})\n/;
const header = (digest: string): string =>
  `# Cardea's last good supergraph, written by the gateway; sha256 ${digest}\n`;

const MAX_BYTES = 32 * 1024 * 1024;
/** Only the owner may write to it, since its content decides what is guarded. */
const OTHERS_MAY_WRITE = 0o022;

/**
 * Creates the file store. The file is replaced atomically and readable by its owner only. A link, a folder or a foreign
 * file at this path is refused and not changed.
 */
export const createLastGoodFile = (path: string): LastGoodFile => {
  let kept: string | undefined;

  const read = async (): Promise<{ readonly text: string; readonly stats: Stats } | undefined> => {
    let file: FileHandle;
    try {
      file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    } catch (error) {
      if (codeOf(error) === "ENOENT") return undefined;
      throw foreign(path, codeOf(error) === "ELOOP" ? "a link" : `something unreadable (${codeOf(error)})`);
    }
    try {
      const stats = await file.stat();
      if (!stats.isFile()) throw foreign(path, "something else than a file");
      if (stats.size > MAX_BYTES) throw foreign(path, `a file of ${stats.size} bytes`);
      const text = await file.readFile("utf8");
      if (!HEADER.test(text)) throw foreign(path, "a file that the gateway has not written");
      return { text, stats };
    } finally {
      await file.close();
    }
  };

  return {
    async assertOurs() {
      await read();
    },
    async load() {
      const found = await read();
      if (found === undefined) throw unusable(path, "nothing yet");
      const { text, stats } = found;
      const owner = process.geteuid?.();
      if (owner !== undefined && stats.uid !== owner) throw unusable(path, "a file of another user");
      if ((stats.mode & OTHERS_MAY_WRITE) !== 0) throw unusable(path, "a file that others may write");
      const supergraphSdl = text.replace(HEADER, "");
      if (HEADER.exec(text)?.[1] !== digestOf(supergraphSdl))
        throw unusable(path, "a file that is not whole");
      return supergraphSdl;
    },
    async keep(supergraphSdl) {
      const digest = digestOf(supergraphSdl);
      if (digest === kept) return;
      await read();
      await replace(path, header(digest) + supergraphSdl);
      kept = digest;
    },
  };
};

/** Replaces the file atomically, after a sync to disk: a crash leaves either the old file or the new one. */
async function replace(path: string, text: string): Promise<void> {
  const fresh = `${path}.${process.pid}.${randomBytes(4).toString("hex")}.tmp`;
  try {
    const file = await open(fresh, "wx", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(fresh, path);
  } catch (error) {
    await unlink(fresh).catch(() => undefined);
    throw error;
  }
}

const codeOf = (error: unknown): string => String((error as { readonly code?: unknown }).code ?? "unknown");

const foreign = (path: string, found: string): ConfigError =>
  new ConfigError([
    {
      kind: "LAST_GOOD_FOREIGN",
      where: `lastGoodSupergraph ${path}`,
      found,
      allowed: "no file yet, or one the gateway has written itself",
      fix: "choose a path of its own, in a folder the gateway may write",
    },
  ]);

const unusable = (path: string, found: string): ConfigError =>
  new ConfigError([
    {
      kind: "LAST_GOOD_UNUSABLE",
      where: `lastGoodSupergraph ${path}`,
      found,
      allowed: "a supergraph this gateway has proven before and nobody else has written",
      fix: "make the supergraph's source available again",
    },
  ]);
