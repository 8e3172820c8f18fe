import { statSync } from "node:fs";
import type { Problem } from "../domain/errors.js";

/** A file that holds a secret, and the setting that names it. */
export interface SecretFile {
  readonly where: string;
  readonly path: string;
}

/** Anybody on the machine: the last three bits of a mode. The group may read, since mounted secrets are given one. */
const OTHERS = 0o007;

/**
 * Files with private keys, secrets or password hashes that everybody on the machine may read or change. A file that is
 * not there is somebody else's problem.
 */
export function exposedFiles(files: readonly SecretFile[]): readonly Problem[] {
  // Modes mean nothing there.
  if (process.platform === "win32") return [];
  return files.flatMap(({ where, path }) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode;
    if (mode === undefined || (mode & OTHERS) === 0) return [];
    return [
      {
        kind: "EXPOSED_FILE",
        where,
        found: `${path} with mode ${(mode & 0o777).toString(8).padStart(4, "0")}: open to everybody on this machine`,
        allowed: "a file for its owner, and at most its group (0600, 0400, 0640, 0440)",
        fix: `run chmod o-rwx ${path}; for a Kubernetes secret set defaultMode: 0440`,
      },
    ];
  });
}
