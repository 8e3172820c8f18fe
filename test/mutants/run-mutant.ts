import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutant } from "./mutant.js";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface MutantOutcome {
  /** Was the fault in place when the tests ran? */
  readonly planted: boolean;
  /** Full names of the tests that failed. */
  readonly failed: readonly string[];
}

interface JsonReport {
  readonly testResults: readonly {
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string }[];
  }[];
}

const escapeForPattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Plants one fault and runs the tests that must notice it, in a process of their own. */
export async function runMutant(mutant: Mutant): Promise<MutantOutcome> {
  const directory = mkdtempSync(join(tmpdir(), "cardea-mutant-"));
  const [marker, report] = [join(directory, "marker"), join(directory, "report.json")];
  writeFileSync(marker, "");
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules/vitest/vitest.mjs"),
      "run",
      mutant.caughtBy.file,
      "--config",
      join(root, "test/mutants/vitest.config.ts"),
      "--testNamePattern",
      escapeForPattern(mutant.caughtBy.test),
      "--reporter=json",
      `--outputFile=${report}`,
    ],
    {
      cwd: root,
      stdio: ["ignore", "ignore", "inherit"],
      env: {
        ...process.env,
        LONG_TESTS: "",
        PLANTED_FAULT: JSON.stringify(mutant),
        PLANTED_MARKER: marker,
      },
    },
  );
  await new Promise((resolve, reject) => child.once("exit", resolve).once("error", reject));
  try {
    const { testResults } = JSON.parse(readFileSync(report, "utf8")) as JsonReport;
    return {
      planted: readFileSync(marker, "utf8") !== "",
      failed: testResults
        .flatMap(({ assertionResults }) => assertionResults)
        .filter(({ status }) => status === "failed")
        .map(({ fullName }) => fullName),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
