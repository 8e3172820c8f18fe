#!/usr/bin/env node
import { printProblems, processTerminal } from "./cli/output.js";
import { graphqlProblems } from "./config/graphql-copies.js";

/** How long an ended process waits for somebody to read its last words. */
const LAST_WORDS_MS = 2_000;

// Whoever stops reading us is no reason to stop: not a gateway for the end of its log, nor one that is ending.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);

const argv = process.argv.slice(2);
const problems = graphqlProblems();
if (problems.length > 0) {
  printProblems(processTerminal, argv.includes("--json"), problems);
  process.exitCode = 1;
} else {
  // Imported late: the verbs import graphql, which may be missing or the wrong one.
  const { runCommandLine } = await import("./cli/program.js");
  process.exitCode = await runCommandLine(argv, processTerminal);
  // Results are for somebody, however slow; what else was said must not keep a process that has ended.
  setTimeout(() => {
    if (process.stdout.writableLength === 0) process.exit();
  }, LAST_WORDS_MS).unref();
}
