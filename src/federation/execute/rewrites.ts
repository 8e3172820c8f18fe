import type { TypeConditions } from "../../graphql/type-conditions.js";
import type { Rewrite, RewriteStep } from "../plan/plan.js";
import { isJsonObject, type JsonObject, type JsonValue, own } from "../result/json.js";

/**
 * Applies the planner's rewrites in place: `rename` moves a value to the key the client (or the next fetch)
 * knows, `set` writes a constant, in practice the `__typename` of an interface object.
 */
export const applyRewrites = (
  data: JsonValue | undefined,
  rewrites: readonly Rewrite[],
  types: TypeConditions,
): void => {
  for (const rewrite of rewrites) applyRewrite(data, rewrite, 0, types);
};

const applyRewrite = (
  value: JsonValue | undefined,
  rewrite: Rewrite,
  index: number,
  types: TypeConditions,
): void => {
  if (Array.isArray(value)) {
    for (const item of value) applyRewrite(item, rewrite, index, types);
    return;
  }
  if (!isJsonObject(value)) return;
  const step = rewrite.path[index];
  if (step === undefined) return;
  if (step.kind === "types") {
    if (matches(value, step, types)) applyRewrite(value, rewrite, index + 1, types);
    return;
  }
  if (index < rewrite.path.length - 1) {
    applyRewrite(own(value, step.name), rewrite, index + 1, types);
    return;
  }
  if (rewrite.kind === "set") {
    value[step.name] = rewrite.value;
    return;
  }
  const moved = own(value, step.name);
  if (moved === undefined) return;
  delete value[step.name];
  value[rewrite.to] = moved;
};

const matches = (
  object: JsonObject,
  step: Extract<RewriteStep, { kind: "types" }>,
  types: TypeConditions,
): boolean => {
  const typeName = own(object, "__typename");
  // Without a runtime type the planner means the static type, which is the only possible one.
  if (typeof typeName !== "string") return true;
  return step.names.some((name) => types.satisfies(typeName, name));
};
