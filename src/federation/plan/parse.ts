import { FaultError } from "../../domain/errors.js";
import type { FetchNode, PathStep, PlanNode, RequiredSelection, Rewrite, RewriteStep } from "./plan.js";

/**
 * Converts the planner's output to our own plan nodes.
 *
 * @returns `undefined` for a plan with nothing to fetch
 * @throws FaultError `INTERNAL_SERVER_ERROR` for a node, path or rewrite we do not know, and for `@defer` and
 *   subscription nodes, which are not executed
 */
export const parsePlan = (plan: unknown): PlanNode | undefined => {
  const root = asObject(plan, "plan");
  return root["node"] === undefined || root["node"] === null ? undefined : parseNode(root["node"]);
};

const refuse = (what: string): never => {
  throw new FaultError("INTERNAL_SERVER_ERROR", `the planner answered with ${what}`);
};

const asObject = (value: unknown, what: string): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : refuse(`a ${what} that is not an object`);

const asString = (value: unknown, what: string): string =>
  typeof value === "string" ? value : refuse(`a ${what} that is not a string`);

const asList = (value: unknown, what: string): readonly unknown[] =>
  Array.isArray(value) ? value : refuse(`a ${what} that is not a list`);

const optionalList = (value: unknown, what: string): readonly unknown[] =>
  value === undefined || value === null ? [] : asList(value, what);

const strings = (value: unknown, what: string): readonly string[] =>
  asList(value, what).map((item) => asString(item, what));

const optionalNode = (value: unknown): PlanNode | undefined =>
  value === undefined || value === null ? undefined : parseNode(value);

const parseNode = (value: unknown): PlanNode => {
  const node = asObject(value, "node");
  switch (node["kind"]) {
    case "Fetch":
      return parseFetch(node);
    case "BatchFetch":
      return {
        kind: "batch",
        ...fetchBase(node),
        aliases: asList(asObject(node["entityBatch"], "entityBatch")["aliases"], "aliases").map((item) => {
          const alias = asObject(item, "alias");
          return {
            alias: asString(alias["alias"], "alias"),
            variable: asString(alias["representationsVariableName"], "representations variable"),
            paths: asList(alias["paths"], "paths").map(parsePath),
            requires: asList(alias["requires"], "requires").map(parseRequired),
            inputRewrites: optionalList(alias["inputRewrites"], "rewrites").map(parseRewrite),
            outputRewrites: optionalList(alias["outputRewrites"], "rewrites").map(parseRewrite),
          };
        }),
      };
    case "Flatten": {
      const inner = parseNode(node["node"]);
      if (inner.kind !== "fetch") return refuse(`a flattened ${inner.kind}`);
      return { kind: "flatten", path: parsePath(node["path"]), node: inner };
    }
    case "Sequence":
      return { kind: "sequence", nodes: asList(node["nodes"], "sequence").map(parseNode) };
    case "Parallel":
      return { kind: "parallel", nodes: asList(node["nodes"], "parallel").map(parseNode) };
    case "Condition":
      return {
        kind: "condition",
        variable: asString(node["condition"], "condition"),
        whenTrue: optionalNode(node["ifClause"]),
        whenFalse: optionalNode(node["elseClause"]),
      };
    default:
      return refuse(`a node of kind ${JSON.stringify(node["kind"])}`);
  }
};

const fetchBase = (node: Readonly<Record<string, unknown>>) => {
  const operationKind = node["operationKind"] ?? "query";
  if (operationKind !== "query" && operationKind !== "mutation") {
    return refuse(`a fetch of kind ${JSON.stringify(operationKind)}`);
  }
  return {
    subgraph: asString(node["serviceName"], "subgraph name"),
    operationKind,
    operation: asString(node["operation"], "operation"),
    variableUsages: optionalList(node["variableUsages"], "variable usages").map((item) =>
      asString(item, "variable name"),
    ),
  } as const;
};

const parseFetch = (node: Readonly<Record<string, unknown>>): FetchNode => ({
  kind: "fetch",
  ...fetchBase(node),
  requires:
    node["requires"] === undefined || node["requires"] === null
      ? undefined
      : asList(node["requires"], "requires").map(parseRequired),
  inputRewrites: optionalList(node["inputRewrites"], "rewrites").map(parseRewrite),
  outputRewrites: optionalList(node["outputRewrites"], "rewrites").map(parseRewrite),
});

const parsePath = (value: unknown): readonly PathStep[] =>
  asList(value, "path").map((item): PathStep => {
    if (item === "@") return { kind: "list" };
    const step = asObject(item, "path segment");
    if (step["Field"] !== undefined) return { kind: "field", name: asString(step["Field"], "path field") };
    if (step["TypeCondition"] !== undefined) {
      return { kind: "types", names: strings(step["TypeCondition"], "type condition") };
    }
    return refuse("an unknown path segment");
  });

const parseRequired = (value: unknown): RequiredSelection => {
  const node = asObject(value, "required selection");
  switch (node["kind"]) {
    case "Field": {
      const name = asString(node["name"], "required field");
      const selections = optionalList(node["selections"], "selections").map(parseRequired);
      return {
        kind: "field",
        name,
        outputName:
          node["alias"] === undefined || node["alias"] === null ? name : asString(node["alias"], "alias"),
        selections: selections.length === 0 ? undefined : selections,
      };
    }
    case "InlineFragment":
      return {
        kind: "fragment",
        typeCondition: asString(node["typeCondition"], "type condition"),
        selections: asList(node["selections"], "selections").map(parseRequired),
        skipIf: typeof node["skipIf"] === "string" ? node["skipIf"] : undefined,
        includeIf: typeof node["includeIf"] === "string" ? node["includeIf"] : undefined,
      };
    default:
      return refuse(`a required selection of kind ${JSON.stringify(node["kind"])}`);
  }
};

const parseRewrite = (value: unknown): Rewrite => {
  const node = asObject(value, "rewrite");
  const setter =
    node["ValueSetter"] !== undefined
      ? asObject(node["ValueSetter"], "rewrite")
      : node["kind"] === "ValueSetter"
        ? node
        : undefined;
  if (setter !== undefined) {
    return {
      kind: "set",
      path: asList(setter["path"], "rewrite path").map(parseRewriteStep),
      value: asString(setter["setValueTo"], "rewrite value"),
    };
  }
  if (node["KeyRenamer"] !== undefined) {
    const renamer = asObject(node["KeyRenamer"], "rewrite");
    return {
      kind: "rename",
      path: asList(renamer["path"], "rewrite path").map(parseRewriteStep),
      to: asString(renamer["renameKeyTo"], "rewrite key"),
    };
  }
  return refuse("an unknown rewrite");
};

const parseRewriteStep = (value: unknown): RewriteStep => {
  const step = asObject(value, "rewrite path segment");
  if (step["Key"] !== undefined) return { kind: "key", name: asString(step["Key"], "rewrite key") };
  if (step["TypenameEquals"] !== undefined) {
    return { kind: "types", names: strings(step["TypenameEquals"], "type condition") };
  }
  return refuse("an unknown rewrite path segment");
};
