import { createHash } from "node:crypto";
import {
  type DocumentNode,
  type FieldNode,
  isAbstractType,
  Kind,
  parse,
  print,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from "graphql";
import type { Authorizer, PlannableOperation } from "../../src/authorization/authorizer.js";
import { apiSchemaOf, fullSchemaOf, plannerDocumentOf } from "../../src/authorization/read/schemas.js";
import type { AuthorizedSupergraph } from "../../src/federation/supergraph/snapshot.js";
import { conditionVariablesOf } from "../../src/graphql/collect-fields.js";

const TYPENAME: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: "__typename" } };

/** Grants everything: for tests of the engine alone. Lives here and nowhere else. */
export const permissiveAuthorizer = (supergraphSdl: string): AuthorizedSupergraph => {
  const document = parse(supergraphSdl);
  const apiSchema = apiSchemaOf(document);
  const fullSchema = fullSchemaOf(document);
  const plannables = new WeakMap<object, PlannableOperation>();

  const plannableOf = (source: DocumentNode, operationName: string | undefined): PlannableOperation => {
    const typeInfo = new TypeInfo(apiSchema);
    const chosen = source.definitions.filter(
      (definition) =>
        definition.kind === Kind.FRAGMENT_DEFINITION ||
        (definition.kind === Kind.OPERATION_DEFINITION && definition.name?.value === operationName),
    );
    const typed = visit(
      { ...source, definitions: chosen },
      visitWithTypeInfo(typeInfo, {
        SelectionSet(set) {
          const parent = typeInfo.getParentType();
          // An interface without implementations has no runtime types to distinguish.
          if (!isAbstractType(parent) || apiSchema.getPossibleTypes(parent).length === 0) return undefined;
          return { ...set, selections: [TYPENAME, ...set.selections] };
        },
      }),
    );
    const text = print(typed);
    const digest = createHash("sha256")
      .update(`${operationName ?? ""}\n${text}`)
      .digest("hex");
    return {
      text,
      document: typed,
      operationName,
      digest,
      conditionVariables: [...conditionVariablesOf(typed)].sort(),
    };
  };

  const authorizer: Authorizer = {
    rulesDigest: "permissive",
    compile(source, operation) {
      const compiled = { operation, guarded: false };
      plannables.set(compiled, plannableOf(source, operation.name?.value));
      return compiled;
    },
    decide: (compiled) => ({ kind: "allowed", plannable: plannables.get(compiled), guarded: false }),
    introspection: "on",
    introspectionSchema: () => apiSchema,
    challengeOf: () => undefined,
    toError: (denial, path) => ({ message: denial.code, path, extensions: { code: denial.code } }),
    fetchVerifier: () => ({
      assertGranted: () => undefined,
      carriesUngranted: () => false,
      guardsOf: () => [],
    }),
  };
  return { authorizer, plannerSdl: print(plannerDocumentOf(document)), apiSchema, fullSchema };
};
