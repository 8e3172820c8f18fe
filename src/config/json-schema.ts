import { z } from "zod";
import { configSchema } from "./schema.js";

/** The part of JSON Schema (2020-12) that the configuration uses. */
export interface JsonSchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly [keyword: string]: unknown;
}

let built: JsonSchema | undefined;

/**
 * The configuration as JSON Schema. It is used for editors (`schema/cardea.config.schema.json`, compared by a test),
 * for environment variables and for "did you mean".
 */
export function configJsonSchema(): JsonSchema {
  built ??= {
    ...(z.toJSONSchema(configSchema, { io: "input", unrepresentable: "any" }) as JsonSchema),
    title: "Cardea configuration",
  };
  return built;
}

/** The names of the settings under `path`; empty where any name is allowed. */
export function childNames(path: readonly PropertyKey[]): readonly string[] {
  let nodes: readonly JsonSchema[] = [configJsonSchema()];
  for (const part of path) nodes = nodes.flatMap((node) => step(node, part));
  return nodes.flatMap((node) => branches(node).flatMap((branch) => Object.keys(branch.properties ?? {})));
}

const branches = (node: JsonSchema): readonly JsonSchema[] => [node, ...(node.anyOf ?? []).flatMap(branches)];

const step = (node: JsonSchema, part: PropertyKey): readonly JsonSchema[] =>
  branches(node).flatMap((branch) => {
    if (typeof part === "number") return branch.items === undefined ? [] : [branch.items];
    const properties = branch.properties ?? {};
    const named = Object.hasOwn(properties, part) ? properties[String(part)] : undefined;
    if (named !== undefined) return [named];
    return typeof branch.additionalProperties === "object" ? [branch.additionalProperties] : [];
  });
