import { statSync } from "node:fs";
import type { Problem } from "../domain/errors.js";

/** A file with a secret, and the setting that names the file. */
export interface SecretFile {
  readonly where: string;
  readonly path: string;
}

/** The permission bits for all other users. The group may read, since mounted secrets often have a group. */
const OTHERS = 0o007;

/**
 * Finds files with private keys, secrets or password hashes that every user of the machine may read or change. A
 * missing file is reported elsewhere.
 */
export function exposedFiles(files: readonly SecretFile[]): readonly Problem[] {
  // Windows has no such modes.
  if (process.platform === "win32") return [];
  return files.flatMap(({ where, path }) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined || (mode & OTHERS) === 0) return [];
    return [
      {
        kind: "EXPOSED_FILE",
        where,
        found: `${path} with mode ${(mode & 0o777).toString(8).padStart(4, "0")}: every user of this machine has access`,
        allowed: "access for the owner and at most the group (0600, 0400, 0640, 0440)",
        fix: `run chmod o-rwx ${path}; for a Kubernetes secret set defaultMode: 0440`,
      },
    ];
  });
}
