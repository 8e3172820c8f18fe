import type { Problem } from "../domain/errors.js";
import type { References } from "./references.js";
import type { ParsedConfig } from "./schema.js";
import { resolveTls } from "./tls.js";

/** Calls to subgraphs, the default deadline filled in. */
export type TransportConfig = ParsedConfig["transport"] & { readonly timeoutMs: number };

const LONGEST_DEFAULT_MS = 15_000;

/** Reads what TLS refers to; a deadline that could never pass is told. */
export function resolveTransport(
  transport: ParsedConfig["transport"],
  references: References,
  problems: Problem[],
): TransportConfig {
  const entries = Object.entries(transport.subgraphs);
  problems.push(...uselessDeadlines(transport));
  return {
    ...transport,
    timeoutMs:
      transport.timeoutMs ?? Math.min(LONGEST_DEFAULT_MS, Math.ceil(transport.operationTimeoutMs / 2)),
    tls: resolveTls("transport.tls", transport.tls, references, problems),
    // A map of outside names: `__proto__` is one like any other.
    subgraphs: Object.fromEntries(
      entries.map(([name, own]) => [
        name,
        { ...own, tls: resolveTls(`transport.subgraphs.${name}.tls`, own.tls, references, problems) },
      ]),
    ),
  };
}

/** A call that the whole operation always ends first never counts as the subgraph's failure. */
function uselessDeadlines({
  operationTimeoutMs,
  timeoutMs = 0,
  subgraphs,
}: ParsedConfig["transport"]): readonly Problem[] {
  const own = Object.entries(subgraphs).map(
    ([name, each]) => [`transport.subgraphs.${name}.timeoutMs`, each.timeoutMs ?? 0] as const,
  );
  return [["transport.timeoutMs", timeoutMs] as const, ...own]
    .filter(([, deadlineMs]) => deadlineMs > operationTimeoutMs)
    .map(([where, deadlineMs]) => ({
      kind: "CONFLICTING_SETTINGS",
      where,
      found: `${deadlineMs} ms, with transport.operationTimeoutMs at ${operationTimeoutMs}`,
      allowed: "a deadline within the operation's",
      fix: `raise transport.operationTimeoutMs, or lower ${where}`,
    }));
}
