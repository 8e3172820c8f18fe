#!/usr/bin/env node
import { printProblems, processTerminal } from "./cli/output.js";
import { graphqlProblems } from "./config/graphql-copies.js";

const argv = process.argv.slice(2);
const problems = graphqlProblems();
if (problems.length > 0) {
  printProblems(processTerminal, argv.includes("--json"), problems);
  process.exitCode = 1;
} else {
  // Imported late: the verbs import graphql, which may be missing or the wrong one.
  const { runCommandLine } = await import("./cli/program.js");
  process.exitCode = await runCommandLine(argv, processTerminal);
}
