import { readFileSync } from "node:fs";
import type { CorpusClaims } from "./outside-issuer.js";

/** One request of a case. */
export interface CaseRequest {
  readonly query: string;
  readonly variables: Readonly<Record<string, unknown>>;
  readonly operationName: string | null;
  readonly claims: CorpusClaims;
  readonly persisted?: { readonly version: number; readonly send_hash_only?: boolean };
}

export interface CaseExpectation {
  readonly must_be_null_or_absent?: readonly string[];
  readonly must_be_present?: readonly string[];
  readonly must_error_codes?: readonly string[];
  readonly must_error_codes_any?: readonly string[];
  readonly must_not_error_codes?: readonly string[];
  readonly must_not_fetch?: readonly string[];
  readonly must_not_leak_fields?: readonly string[];
  readonly must_not_pollute?: boolean;
  readonly reject_at?: "compose" | "boot";
  readonly http_status?: readonly number[];
  readonly or_http_status?: readonly number[];
  readonly error_paths?: readonly (readonly (string | number)[])[];
  readonly data_is_null?: boolean;
  readonly response_must_not_contain?: readonly string[];
  readonly max_ms?: number;
  readonly initial?: string;
  readonly after_advance?: unknown;
}

/** A case of `test/vectors/bypass-cases.json`; the format is docs/spec/directive.md §6. */
export interface BypassCase extends CaseRequest {
  readonly id: string;
  readonly category: string;
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly expect: CaseExpectation;
  readonly why: string;
  readonly prime: readonly Partial<CaseRequest>[];
  readonly mode: "precise" | "strict";
  /** Prose: the result in precise mode, if `expect` describes strict mode. */
  readonly expect_precise?: string;
  readonly http?: { readonly method?: "GET" | "POST"; readonly headers?: Readonly<Record<string, string>> };
  readonly transport: "http" | "websocket";
  readonly config: Readonly<Record<string, unknown>>;
  readonly raw_claims?: Readonly<Record<string, unknown>>;
  readonly batch?: readonly { readonly query: string }[];
  readonly subgraph_returns?: Readonly<Record<string, unknown>>;
  readonly concurrent_with?: Partial<CaseRequest> & { readonly repeat: number };
  readonly advance_clock_seconds?: number;
}

/** Keys for the reader only; the runner ignores them. */
const PROSE = ["source", "why", "compose_output_today", "engine_note", "depends_on"];
const CASE_KEYS = new Set([
  ...PROSE,
  ...["id", "category", "subgraphs", "query", "variables", "operationName", "claims", "expect", "prime"],
  ...["mode", "expect_precise", "http", "transport", "config", "raw_claims", "batch", "subgraph_returns"],
  ...["concurrent_with", "persisted", "advance_clock_seconds"],
]);
const EXPECT_KEYS = new Set([
  ...["must_be_null_or_absent", "must_be_present", "must_error_codes", "must_error_codes_any"],
  ...["must_not_error_codes", "must_not_fetch", "must_not_leak_fields", "must_not_pollute", "reject_at"],
  ...["http_status", "or_http_status", "error_paths", "data_is_null", "response_must_not_contain", "max_ms"],
  ...["initial", "after_advance"],
]);
const CLAIM_KEYS = new Set(["anonymous", "scopes", "fresh", "auth_age_seconds", "policies"]);
const REQUEST_KEYS = new Set(["query", "variables", "operationName", "claims", "persisted", "repeat"]);
const NESTED_KEYS: Readonly<Record<string, ReadonlySet<string>>> = {
  http: new Set(["method", "headers"]),
  persisted: new Set(["version", "send_hash_only"]),
  config: new Set(["auth", "issuers", "authSubgraph"]),
};

const refuseUnknown = (where: string, value: object, known: ReadonlySet<string>): void => {
  for (const key of Object.keys(value)) {
    if (!known.has(key)) throw new TypeError(`${where}: the harness does not know the key ${key}`);
  }
};

/**
 * Reads one case.
 *
 * @throws TypeError on a key the harness would not act upon: an unread expectation passes by accident
 */
export const parseCase = (raw: Readonly<Record<string, unknown>>): BypassCase => {
  const id = String(raw["id"]);
  refuseUnknown(id, raw, CASE_KEYS);
  refuseUnknown(`${id}.expect`, raw["expect"] as object, EXPECT_KEYS);
  refuseUnknown(`${id}.claims`, raw["claims"] as object, CLAIM_KEYS);
  for (const [name, known] of Object.entries(NESTED_KEYS)) {
    refuseUnknown(`${id}.${name}`, (raw[name] as object | undefined) ?? {}, known);
  }
  const companions = [...((raw["prime"] as object[] | undefined) ?? []), raw["concurrent_with"] ?? {}];
  for (const request of companions as Record<string, unknown>[]) {
    refuseUnknown(`${id}: companion request`, request, REQUEST_KEYS);
    refuseUnknown(`${id}: companion claims`, (request["claims"] as object | undefined) ?? {}, CLAIM_KEYS);
  }
  // The shape of each known key is the corpus's own; the checks above hold its vocabulary.
  const written = raw as unknown as BypassCase;
  return {
    ...written,
    prime: written.prime ?? [],
    mode: written.mode ?? "precise",
    transport: written.transport ?? "http",
    config: written.config ?? {},
  };
};

/** Every case of the corpus, in its order. */
export const loadCases = (): readonly BypassCase[] => {
  const text = readFileSync(new URL("../vectors/bypass-cases.json", import.meta.url), "utf8");
  return (JSON.parse(text) as Record<string, unknown>[]).map(parseCase);
};
