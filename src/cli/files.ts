import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError, type Problem } from "../domain/errors.js";

/** Readable and writable by its owner alone. */
const OWNER_ONLY = 0o600;
const EVERYONE_READS = 0o644;

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";

const refused = (path: string, found: string, fix: string): ConfigError =>
  new ConfigError([
    { kind: "UNUSABLE_FILE", where: path, found, allowed: "a file the verb may use", fix } satisfies Problem,
  ]);

/** Reads a file whose content must not appear in a message. @throws ConfigError naming the path only */
export async function readSecretFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw refused(
      path,
      `a file that cannot be read (${codeOf(error)})`,
      "name a file that exists and that you may read",
    );
  }
}

/** Writes a file that must not exist yet, for its owner alone: a key is never overwritten. @throws ConfigError when it exists */
export const writeNewSecretFile = (path: string, text: string): Promise<void> =>
  writeNew(path, text, OWNER_ONLY);

/** Replaces a file in one step: a reader sees the old text or the new one, never half. @throws ConfigError */
export const replaceSecretFile = (path: string, text: string): Promise<void> =>
  replace(path, text, OWNER_ONLY);

/** The same for a file that everyone may read, such as a supergraph that a gateway watches. @throws ConfigError */
export const replaceFile = (path: string, text: string): Promise<void> => replace(path, text, EVERYONE_READS);

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const unwritable = (error: unknown): ConfigError =>
    refused(path, `a place that cannot be written (${codeOf(error)})`, "name a folder you may write to");
  await mkdir(dirname(path), { recursive: true }).catch((error: unknown) => {
    throw unwritable(error);
  });
  try {
    const file = await open(path, "wx", mode);
    try {
      await file.writeFile(text);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw codeOf(error) === "EEXIST"
      ? refused(path, "a file that is already there", "choose another name with --out, or move it away")
      : unwritable(error);
  }
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const aside = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeNew(aside, text, mode);
    await rename(aside, path);
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    if (error instanceof ConfigError) throw error;
    throw refused(
      path,
      `a file that cannot be replaced (${codeOf(error)})`,
      "check the permissions of its folder",
    );
  }
}
