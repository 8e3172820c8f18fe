import { type GraphQLSchema, getNamedType, isAbstractType, Kind, parse } from "graphql";
import { onlyOperation, responseKey } from "../../../graphql/documents.js";
import type { PlanNode } from "../../plan/plan.js";

/**
 * Would several subgraphs answer one root field of an abstract type? Each of them knows other types, so a merged answer
 * could contain an object that no subgraph returned. The planner makes no such plan, but joining two parts could.
 *
 * @param plan - of a query
 */
export const mixesAnswers = (plan: PlanNode, schema: GraphQLSchema): boolean => {
  const fields = schema.getQueryType()?.getFields() ?? {};
  const answeredBy = new Map<string, string>();
  const mixes = (node: PlanNode): boolean => {
    if (node.kind === "sequence" || node.kind === "parallel") return node.nodes.some(mixes);
    if (node.kind !== "fetch" || node.requires !== undefined) return false;
    const asked = onlyOperation(parse(node.operation, { noLocation: true }))?.selectionSet.selections ?? [];
    return asked.some((selection) => {
      if (selection.kind !== Kind.FIELD) return false;
      const name = selection.name.value;
      const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
      if (field === undefined || !isAbstractType(getNamedType(field.type))) return false;
      const known = answeredBy.get(responseKey(selection));
      answeredBy.set(responseKey(selection), node.subgraph);
      return known !== undefined && known !== node.subgraph;
    });
  };
  return mixes(plan);
};
