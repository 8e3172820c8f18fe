import type { Problem } from "../domain/errors.js";
import type { References } from "./references.js";
import type { ParsedConfig } from "./schema.js";
import { resolveTls } from "./tls.js";

/** Settings of calls to subgraphs, with the default timeout set. */
export type TransportConfig = ParsedConfig["transport"] & { readonly timeoutMs: number };

const MAX_DEFAULT_TIMEOUT_MS = 15_000;

/** Resolves TLS references, and reports a timeout that could never be reached. */
export function resolveTransport(
  transport: ParsedConfig["transport"],
  references: References,
  problems: Problem[],
): TransportConfig {
  const entries = Object.entries(transport.subgraphs);
  problems.push(...unreachableTimeouts(transport));
  return {
    ...transport,
    timeoutMs:
      transport.timeoutMs ?? Math.min(MAX_DEFAULT_TIMEOUT_MS, Math.ceil(transport.operationTimeoutMs / 2)),
    tls: resolveTls("transport.tls", transport.tls, references, problems),
    // `Object.fromEntries` handles a subgraph named `__proto__` correctly.
    subgraphs: Object.fromEntries(
      entries.map(([name, own]) => [
        name,
        { ...own, tls: resolveTls(`transport.subgraphs.${name}.tls`, own.tls, references, problems) },
      ]),
    ),
  };
}

/** If the timeout of the operation always ends the call first, the subgraph's failure is never counted. */
function unreachableTimeouts({
  operationTimeoutMs,
  timeoutMs = 0,
  subgraphs,
}: ParsedConfig["transport"]): readonly Problem[] {
  const own = Object.entries(subgraphs).map(
    ([name, each]) => [`transport.subgraphs.${name}.timeoutMs`, each.timeoutMs ?? 0] as const,
  );
  return [["transport.timeoutMs", timeoutMs] as const, ...own]
    .filter(([, ownTimeoutMs]) => ownTimeoutMs > operationTimeoutMs)
    .map(([where, ownTimeoutMs]) => ({
      kind: "CONFLICTING_SETTINGS",
      where,
      found: `${ownTimeoutMs} ms, with transport.operationTimeoutMs at ${operationTimeoutMs}`,
      allowed: "a timeout of at most transport.operationTimeoutMs",
      fix: `raise transport.operationTimeoutMs, or lower ${where}`,
    }));
}
