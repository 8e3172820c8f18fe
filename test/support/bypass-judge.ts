import type { BypassCase } from "./bypass-case.js";
import { deniedFieldNames } from "./denied-names.js";
import { fieldNamesOf, type RecordedRequest, representationKeysOf } from "./recording-subgraph.js";

export interface GraphQLAnswer {
  readonly data?: unknown;
  readonly errors?: readonly {
    readonly message?: string;
    readonly path?: readonly (string | number)[];
    readonly extensions?: { readonly code?: string };
  }[];
  readonly extensions?: { readonly challenge?: { readonly code?: string } };
}

/** What came back for one act, and what the subgraphs saw of it. */
export interface Observation {
  readonly status: number;
  readonly text: string;
  /** One answer, or one per member of a batch. */
  readonly answers: readonly GraphQLAnswer[];
  readonly traffic: readonly RecordedRequest[];
  readonly durationMs: number;
}

/** The values at a path; `@` means every item of a list. */
export const valuesAt = (value: unknown, path: readonly string[]): readonly unknown[] => {
  const [key, ...rest] = path;
  if (key === undefined) return [value];
  if (value === null || value === undefined) return [undefined];
  if (key === "@") return Array.isArray(value) ? value.flatMap((each) => valuesAt(each, rest)) : [undefined];
  if (Array.isArray(value)) return value.flatMap((each) => valuesAt(each, path));
  // Own properties only: a response may well hold a key named `__proto__`.
  if (typeof value !== "object" || !Object.hasOwn(value, key)) return [undefined];
  return valuesAt((value as Record<string, unknown>)[key], rest);
};

const isMissing = (value: unknown): boolean => value === null || value === undefined;

const codesOf = (answer: GraphQLAnswer): readonly string[] => [
  ...(answer.errors ?? []).map((error) => error.extensions?.code ?? "(no code)"),
];

/** The requirement of a denied type that did not occur, for which no path has an error. */
const challengeCodes = (answer: GraphQLAnswer): readonly string[] => {
  const code = answer.extensions?.challenge?.code;
  return code === undefined ? [] : [code];
};

/** What must hold however the abstract positions of the data turn out. An empty list means: passed. */
export const judgeSafety = (bypass: BypassCase, seen: Observation): string[] => {
  const { expect } = bypass;
  const wrong: string[] = [];
  for (const path of expect.must_be_null_or_absent ?? []) {
    for (const answer of seen.answers) {
      const values = valuesAt(answer.data, path.split("."));
      if (!values.every(isMissing)) wrong.push(`${path} is served: ${JSON.stringify(values)}`);
    }
  }
  const fetched = new Set(seen.traffic.flatMap((request) => [...fieldNamesOf(request.query)]));
  const carried = new Set(seen.traffic.flatMap((request) => [...representationKeysOf(request.variables)]));
  for (const name of expect.must_not_fetch ?? []) {
    if (fetched.has(name)) wrong.push(`${name} is fetched`);
    if (carried.has(name)) wrong.push(`${name} travels in a representation`);
  }
  for (const name of deniedFieldNames(bypass)) {
    if (fetched.has(name)) wrong.push(`${name} is denied at every place, and fetched`);
  }
  for (const text of expect.response_must_not_contain ?? []) {
    if (seen.text.includes(text)) wrong.push(`the response holds ${text}`);
  }
  for (const name of expect.must_not_leak_fields ?? []) {
    if (seen.answers.some((answer) => holdsKey(answer.data, name))) wrong.push(`${name} leaks`);
  }
  if (expect.must_not_pollute === true && Object.keys(Object.prototype).length > 0) {
    wrong.push("Object.prototype is polluted");
  }
  if (expect.max_ms !== undefined && seen.durationMs > expect.max_ms) {
    wrong.push(`took ${Math.round(seen.durationMs)} ms; allowed: ${expect.max_ms}`);
  }
  for (const code of expect.must_not_error_codes ?? []) {
    if (seen.answers.flatMap(codesOf).includes(code)) wrong.push(`error code ${code}`);
  }
  return wrong;
};

/** The codes that the caller must receive. For any data: a denied type that did not occur is in the challenge. */
export const judgeCodes = (bypass: BypassCase, seen: Observation): string[] => {
  const { expect } = bypass;
  const wrong: string[] = [];
  const errors = seen.answers.flatMap(codesOf);
  const codes = [...errors, ...seen.answers.flatMap(challengeCodes)];
  for (const code of expect.must_error_codes ?? []) {
    if (!codes.includes(code)) wrong.push(`no ${code} among [${codes.join(", ")}]`);
  }
  if (expect.must_error_codes?.length === 0 && errors.length > 0) wrong.push(`errors: ${errors.join(", ")}`);
  const any = expect.must_error_codes_any;
  if (any !== undefined && !any.some((code) => codes.includes(code))) {
    wrong.push(`none of ${any.join(", ")} among [${codes.join(", ")}]`);
  }
  if (expect.http_status !== undefined && !expect.http_status.includes(seen.status)) {
    wrong.push(`status ${seen.status}; expected ${expect.http_status.join(" or ")}`);
  }
  const paths = seen.answers.flatMap((answer) => (answer.errors ?? []).map((error) => error.path?.join(".")));
  for (const path of expect.error_paths ?? []) {
    if (!paths.includes(path.join("."))) wrong.push(`no error at ${path.join(".")}`);
  }
  if (expect.data_is_null === true && seen.answers.some((answer) => !isMissing(answer.data))) {
    wrong.push("data is not null");
  }
  return wrong;
};

/** Positive twin: what must be served. May depend on which runtime type turned up. */
export const judgePresence = (bypass: BypassCase, seen: Observation): string[] =>
  (bypass.expect.must_be_present ?? []).flatMap((path) =>
    seen.answers.some((answer) => {
      const values = valuesAt(answer.data, path.split("."));
      return values.length > 0 && !values.some(isMissing);
    })
      ? []
      : [`${path} is not served: ${seen.text.slice(0, 400)}`],
  );

/** After an allowed refusal of the whole request, only what must never happen is checked. */
export const isAllowedRefusal = (bypass: BypassCase, seen: Observation): boolean =>
  bypass.expect.or_http_status?.includes(seen.status) ?? false;

const holdsKey = (value: unknown, key: string): boolean => {
  if (Array.isArray(value)) return value.some((each) => holdsKey(each, key));
  if (typeof value !== "object" || value === null) return false;
  return Object.hasOwn(value, key) || Object.values(value).some((each) => holdsKey(each, key));
};
