import type { DocumentNode } from "graphql";
import { createFetchParser } from "../../graphql/selected-keys.js";
import type { TypeConditions } from "../../graphql/type-conditions.js";
import type { PathStep, PlanNode } from "../plan/plan.js";
import { walkPlan } from "../plan/walk.js";
import { mayShare } from "../result/sharing/may-share.js";
import type { BelievedNames } from "./believed-names.js";
import { compileBatchFetch, compileEntityFetch } from "./fetch-entities.js";
import { compileRootFetch, type FetchContext } from "./fetch-root.js";
import { createReaders } from "./readers.js";
import type { Run } from "./state.js";

/**
 * Compiles a plan once to closures; per request they only fetch and merge.
 *
 * @param operationName - the client's, forwarded to subgraphs
 * @param isSecretive - see {@link FetchContext}; without it no text of a subgraph's error is kept
 * @param parseFetch - has read the plan's operations already, perhaps
 * @param clientVariable - see {@link FetchContext}
 * @param client - the operation the plan was made for
 * @param names - without it every name of a type is believed
 */
export const compilePlan = (
  plan: PlanNode,
  types: TypeConditions,
  operationName: string | undefined,
  isSecretive: FetchContext["isSecretive"] = () => true,
  parseFetch = createFetchParser(),
  clientVariable: FetchContext["clientVariable"] = (wireVariable) => wireVariable,
  client?: DocumentNode,
  names?: BelievedNames,
): Run => {
  const texts = new Map<string, number>();
  const paths: (readonly PathStep[])[] = [];
  walkPlan(plan, (node) => {
    if (node.kind === "fetch" || node.kind === "batch") {
      const key = `${node.subgraph}\n${node.operation}`;
      texts.set(key, (texts.get(key) ?? 0) + 1);
    }
    if (node.kind === "flatten") paths.push(node.path);
    if (node.kind === "batch") for (const alias of node.aliases) paths.push(...alias.paths);
  });
  const context: FetchContext = {
    types,
    names,
    operationName,
    isSecretive,
    parseFetch,
    clientVariable,
    readers: createReaders(plan, client, parseFetch),
    mayShare: mayShare(plan, parseFetch),
    mayRepeat: (subgraph, operation) => (texts.get(`${subgraph}\n${operation}`) ?? 0) > 1,
  };
  return compileNode(plan, context, (path) => paths.some((other) => isBelow(other, path)));
};

type MustCopy = (path: readonly PathStep[]) => boolean;

const compileNode = (node: PlanNode, context: FetchContext, mustCopy: MustCopy): Run => {
  switch (node.kind) {
    case "fetch":
      return compileRootFetch(node, context);
    case "flatten":
      return compileEntityFetch(node.node, node.path, context, mustCopy(node.path));
    case "batch":
      return compileBatchFetch(node, context, mustCopy);
    case "sequence": {
      const steps = node.nodes.map((inner) => compileNode(inner, context, mustCopy));
      return async (state) => {
        for (const step of steps) {
          if (state.isAbandoned()) return;
          await step(state);
        }
      };
    }
    case "parallel": {
      const parts = node.nodes.map((inner) => compileNode(inner, context, mustCopy));
      return (state) => {
        const pending: Promise<void>[] = [];
        for (const part of parts) {
          const running = part(state);
          if (running !== undefined) pending.push(running);
        }
        return pending.length === 0 ? undefined : Promise.all(pending).then(() => undefined);
      };
    }
    case "condition": {
      const yes = node.whenTrue === undefined ? undefined : compileNode(node.whenTrue, context, mustCopy);
      const no = node.whenFalse === undefined ? undefined : compileNode(node.whenFalse, context, mustCopy);
      return (state) => (state.isTrue(node.variable) ? yes : no)?.(state);
    }
  }
};

const fieldNames = (path: readonly PathStep[]): readonly string[] =>
  path.flatMap((step) => (step.kind === "field" ? [step.name] : []));

/** Does `other` reach into what a fetch at `path` brings? Type conditions and lists do not matter for that. */
const isBelow = (other: readonly PathStep[], path: readonly PathStep[]): boolean => {
  const deep = fieldNames(other);
  const shallow = fieldNames(path);
  return deep.length > shallow.length && shallow.every((name, index) => deep[index] === name);
};
