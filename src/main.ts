#!/usr/bin/env node
import { printProblems, processTerminal } from "./cli/output.js";
import { graphqlProblems } from "./config/graphql-copies.js";

/** How long a finished process waits until its remaining output is read. */
const FLUSH_TIMEOUT_MS = 2_000;

// When the reader of stdout or stderr disconnects, the process continues without output.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const argv = process.argv.slice(2);
const problems = graphqlProblems();
if (problems.length > 0) {
  printProblems(processTerminal, argv.includes("--json"), problems);
  process.exitCode = 1;
} else {
  // Imported after the check: the commands import graphql, which may be missing or unsupported.
  const { runCommandLine } = await import("./cli/program.js");
  process.exitCode = await runCommandLine(argv, processTerminal);
  // A slow reader still gets the result on stdout. Unread lines on stderr must not keep a finished process alive.
  setTimeout(() => {
    if (process.stdout.writableLength === 0) process.exit();
  }, FLUSH_TIMEOUT_MS).unref();
}
