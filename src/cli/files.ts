import { randomBytes } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { ConfigError, type Problem } from "../domain/errors.js";

/** Readable and writable by the owner only. */
const OWNER_ONLY = 0o600;
const EVERYONE_READS = 0o644;

const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";

const refused = (path: string, found: string, fix: string): ConfigError =>
  new ConfigError([
    {
      kind: "UNUSABLE_FILE",
      where: path,
      found,
      allowed: "a file that this command may read or write",
      fix,
    } satisfies Problem,
  ]);

/** Reads a file whose content must not appear in a message. @throws ConfigError with the path only */
export async function readSecretFile(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    throw refused(
      path,
      `a file that cannot be read (${codeOf(error)})`,
      "give a file that exists and that you may read",
    );
  }
}

/** Writes a new file for its owner only. A key is never overwritten. @throws ConfigError when the file exists */
export const writeNewSecretFile = (path: string, text: string): Promise<void> =>
  writeNew(path, text, OWNER_ONLY);

/** Replaces a file atomically: a reader sees the old text or the new one. @throws ConfigError */
export const replaceSecretFile = (path: string, text: string): Promise<void> =>
  replace(path, text, OWNER_ONLY);

/** The same for a file that everyone may read, such as a supergraph that a gateway watches. @throws ConfigError */
export const replaceFile = (path: string, text: string): Promise<void> => replace(path, text, EVERYONE_READS);

async function writeNew(path: string, text: string, mode: number): Promise<void> {
  const unwritable = (error: unknown): ConfigError =>
    refused(path, `a path that cannot be written (${codeOf(error)})`, "give a folder that you may write to");
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
      ? refused(path, "a file that already exists", "choose another name with --out, or move the file")
      : unwritable(error);
  }
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const temporary = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await writeNew(temporary, text, mode);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (error instanceof ConfigError) throw error;
    throw refused(
      path,
      `a file that cannot be replaced (${codeOf(error)})`,
      "check the permissions of its folder",
    );
  }
}
