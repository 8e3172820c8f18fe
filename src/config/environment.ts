import type { Problem } from "../domain/errors.js";
import { closest } from "./closest.js";
import { configJsonSchema, type JsonSchema } from "./json-schema.js";
import { describe } from "./problems.js";

/** The process environment. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** One environment variable: its name, the path of its setting, and how its text is parsed. */
export interface EnvironmentSetting {
  readonly name: string;
  readonly path: readonly string[];
  /** `list`: comma-separated. `json`: a JSON value. `word or json`: a JSON object, else the text itself. */
  readonly read: "string" | "number" | "boolean" | "list" | "json" | "word or json";
}

const PREFIX = "CARDEA_";

/**
 * Lists every setting that an environment variable can set: `CARDEA_` + the path in upper snake case
 * (`tokens.accessTtlSeconds` → `CARDEA_TOKENS_ACCESS_TTL_SECONDS`). Lists of strings are comma-separated; maps and
 * lists of objects are JSON.
 */
export function environmentSettings(): readonly EnvironmentSetting[] {
  return settingsUnder(configJsonSchema(), []);
}

function settingsUnder(node: JsonSchema, path: readonly string[]): readonly EnvironmentSetting[] {
  if (node.properties !== undefined) {
    return Object.entries(node.properties).flatMap(([name, child]) => settingsUnder(child, [...path, name]));
  }
  return [{ name: PREFIX + path.map(upperSnake).join("_"), path, read: readingOf(node) }];
}

const upperSnake = (name: string): string => name.replace(/([a-z0-9])([A-Z])/g, "$1_$2").toUpperCase();

function readingOf(node: JsonSchema): EnvironmentSetting["read"] {
  if (node.type === "integer" || node.type === "number") return "number";
  if (node.type === "boolean" || node.type === "string") return node.type;
  if (node.type === "array" && node.items?.type === "string") return "list";
  if (node.anyOf?.some(({ type }) => type === "string") === true) return "word or json";
  return "json";
}

/** Variables that container platforms inject for a service called `cardea…`. They are ignored. */
const INJECTED = /_(SERVICE_(HOST|PORT(_\w+)?)|PORT_\d+_(TCP|UDP)(_(PROTO|PORT|ADDR))?)$/;
/** An injected `…_PORT` could also be a misspelt setting; its value, an address, shows the difference. */
const INJECTED_ADDRESS = /^(tcp|udp):\/\//;

const isInjected = (name: string, text: string): boolean =>
  INJECTED.test(name) || (name.endsWith("_PORT") && INJECTED_ADDRESS.test(text));

/** Variables that are not settings: the demo's address in a container, and the index of a worker. */
const OWN_VARIABLES: ReadonlySet<string> = new Set(["CARDEA_DEMO_HOST", "CARDEA_WORKER_INDEX"]);

/**
 * Reads `CARDEA_*` variables into the shape of a configuration file. An unknown name with this prefix is refused: if a
 * misspelt limit were ignored, the operator would believe that it is set.
 *
 * @param file - the settings of the configuration file; a variable that it references as `env:CARDEA_…` is no setting
 */
export function readEnvironment(
  environment: Environment,
  file: unknown = {},
): {
  readonly values: Readonly<Record<string, unknown>>;
  readonly problems: readonly Problem[];
} {
  const settings = new Map(environmentSettings().map((setting) => [setting.name, setting]));
  const values: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  const problems: Problem[] = [];
  const unknown: string[] = [];
  for (const [name, text] of Object.entries(environment)) {
    if (text === undefined || !name.toUpperCase().startsWith(PREFIX)) continue;
    const setting = settings.get(name);
    if (setting === undefined) {
      if (!OWN_VARIABLES.has(name) && !isInjected(name, text)) unknown.push(name);
      continue;
    }
    const value = parseText(setting, text);
    if (value === undefined) {
      problems.push({
        kind: "INVALID_SETTING",
        where: name,
        found: describe(text),
        allowed: setting.read === "json" ? "JSON" : `a ${setting.read}`,
        fix: `correct ${name}`,
      });
      continue;
    }
    place(values, setting.path, value);
  }
  const referenced = referencedVariables([file, values]);
  for (const name of unknown)
    if (!referenced.has(name)) problems.push(unknownVariable(name, [...settings.keys()]));
  return { values, problems };
}

function unknownVariable(name: string, settings: readonly string[]): Problem {
  const meant = closest(name, settings);
  return {
    kind: "UNKNOWN_KEY",
    where: name,
    found: "an environment variable that names no setting",
    allowed: "CARDEA_ + the setting's path in capitals, e.g. CARDEA_SERVER_PORT",
    fix:
      meant === undefined
        ? `remove ${name}; for your own value, use a name without CARDEA_ or reference it as env:${name}`
        : `did you mean ${meant}?`,
  };
}

/** The variables that settings reference as `env:NAME`, at any depth. */
function referencedVariables(value: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (typeof value === "string") {
    const [, name] = /^env:(.+)$/.exec(value) ?? [];
    if (name !== undefined) found.add(name);
  } else if (typeof value === "object" && value !== null) {
    for (const inner of Object.values(value)) referencedVariables(inner, found);
  }
  return found;
}

function parseText(setting: EnvironmentSetting, text: string): unknown {
  switch (setting.read) {
    case "string":
      return text;
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
    case "boolean":
      return text === "true" ? true : text === "false" ? false : undefined;
    case "list":
      return text
        .split(",")
        .map((item) => item.trim())
        .filter((item) => item !== "");
    case "word or json":
      return text.trim().startsWith("{") ? parseJsonText(text) : text;
    case "json":
      return parseJsonText(text);
  }
}

function parseJsonText(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function place(target: Record<string, unknown>, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined) return;
  if (rest.length === 0) {
    target[first] = value;
    return;
  }
  const child = target[first];
  const inner = (typeof child === "object" && child !== null ? child : Object.create(null)) as Record<
    string,
    unknown
  >;
  target[first] = inner;
  place(inner, rest, value);
}
