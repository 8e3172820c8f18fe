import { buildSchema, type FieldNode, type GraphQLSchema, getOperationAST, parse } from "graphql";
import type { Denial, DenialView } from "../../src/authorization/authorizer.js";
import { createWireNames, fieldNamesOf } from "../../src/federation/plan/wire-names.js";
import type { ProjectionInput } from "../../src/federation/response/project/project.js";
import type { ResponsePath } from "../../src/federation/result/paths.js";
import { createFieldCollector } from "../../src/graphql/collect-fields.js";

export interface AProjection extends ProjectionInput {
  /** What was reported while it was completed: denied coordinates and complaints, each with its path. */
  readonly reported: (readonly [string, ResponsePath])[];
}

const NOBODY: ReadonlySet<string> = new Set();

/** Everything a response is completed with, for one operation. */
export const aProjection = (
  schema: GraphQLSchema | string,
  operation: string,
  more: Partial<ProjectionInput> & { readonly trueVariables?: readonly string[] } = {},
): AProjection => {
  const built = typeof schema === "string" ? buildSchema(schema) : schema;
  const document = parse(operation);
  const found = getOperationAST(document);
  const rootType = found ? built.getRootType(found.operation) : undefined;
  if (!found || !rootType) throw new Error("no operation");
  const reported: (readonly [string, ResponsePath])[] = [];
  const { trueVariables = [], ...input } = more;
  return {
    schema: built,
    rootType,
    selectionSet: found.selectionSet,
    collector: createFieldCollector(document, built),
    names: createWireNames(document, { fields: fieldNamesOf(built), requiredWithArguments: NOBODY }),
    isTrue: (variable) => trueVariables.includes(variable),
    hidesTypes: () => false,
    denials: undefined,
    onDenied: (denial, path) => reported.push([denial.coordinate, path]),
    onInvalid: (message, path) => reported.push([message, path]),
    gatewayFields: new Map(),
    ...input,
    reported,
  };
};

/**
 * Denies fields by `Type.field`, and positions by `Type.field:Runtime`.
 * `Type.field:` denies the position where no runtime type is known.
 */
export const denying = (...coordinates: readonly string[]): DenialView => {
  const denial = (coordinate: string): Denial | undefined =>
    coordinates.includes(coordinate) ? { code: "FORBIDDEN", coordinate } : undefined;
  return {
    field: (node: FieldNode, parent: string) => denial(`${parent}.${node.name.value}`),
    position: (node: FieldNode, parent: string, runtimeType: string | undefined) =>
      denial(`${parent}.${node.name.value}:${runtimeType ?? ""}`),
  };
};
