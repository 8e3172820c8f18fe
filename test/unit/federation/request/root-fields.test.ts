import { Kind, type OperationDefinitionNode, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { rootFieldsOf } from "../../../../src/federation/request/root-fields.js";

const fieldsOf = (text: string): readonly string[] => {
  const document = parse(text);
  const operation = document.definitions.find(
    (each): each is OperationDefinitionNode => each.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new Error("the text has no operation");
  return rootFieldsOf({ document, operation });
};

describe("the root fields of an operation", () => {
  it("are named as coordinates, each once, without alias and argument", () => {
    expect(fieldsOf('{ secretAlias: me { email } me { id } user(id: "secret") { id } }')).toEqual([
      "Query.me",
      "Query.user",
    ]);
  });

  it("are found in fragments, in a circle too", () => {
    expect(
      fieldsOf(
        "mutation { ...A ... on Mutation { c } } fragment A on Mutation { a ...B } fragment B on Mutation { b ...A }",
      ),
    ).toEqual(["Mutation.a", "Mutation.b", "Mutation.c"]);
  });

  it("are at most twenty", () => {
    expect(fieldsOf(`{ ${Array.from({ length: 50 }, (_, index) => `f${index}`).join(" ")} }`)).toHaveLength(
      20,
    );
  });
});
