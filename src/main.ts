#!/usr/bin/env node
import { processTerminal } from "./cli/output.js";
import { runCommandLine } from "./cli/program.js";

process.exitCode = await runCommandLine(process.argv.slice(2), processTerminal);
