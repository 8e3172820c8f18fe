import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { type EntityField, gather } from "../../../../src/federation/execute/gather.js";
import { compileRepresent } from "../../../../src/federation/execute/representations.js";
import type { RequiredSelection } from "../../../../src/federation/plan/plan.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { compileCollector } from "../../../../src/federation/result/paths.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";
import { anExecution, answered, pathOf, required } from "../../../support/plan-builders.js";

const types = createTypeConditions(
  buildSchema(`
    type User { id: ID name: String place: Place }
    type Post { id: ID }
    type Place { town: String }
    type Query { users: [User] posts: [Post] }
  `),
);
const gathered = (
  data: JsonObject,
  requires: readonly RequiredSelection[] = [required("User", "id"), required("Post", "id")],
  paths = [pathOf("users", "@")],
) => {
  const field: EntityField = {
    responseKey: "_entities",
    variable: "representations",
    paths,
    requires,
    inputRewrites: [],
    outputRewrites: [],
    mustCopy: false,
  };
  const state = anExecution(() => answered({}), { data });
  return gather(
    {
      field,
      variableHead: "",
      collectors: paths.map((path) => compileCollector(path, types)),
      represent: compileRepresent(requires, [], types),
      entity: { drop: () => undefined, take: () => undefined },
    },
    state,
  );
};
const user = (id: unknown, more: object = {}) => ({ __typename: "User", id, ...more }) as JsonObject;
const sent = (text: string): unknown => JSON.parse(`[${text}]`);

describe("the entities of a fetch", () => {
  it("are represented once each, in the order they are met, and every place keeps its own index", () => {
    const users = [user("2"), user("1"), user("2"), user("1"), user("3")];
    const { text, indices, count, targets } = gathered({ users });
    expect(sent(text)).toEqual([user("2"), user("1"), user("3")]);
    expect([indices, count]).toEqual([[0, 1, 0, 1, 2], 3]);
    expect(targets.map((target, at) => target === users[at])).toEqual([true, true, true, true, true]);
  });

  it("are distinguished by type, and by the type of a value", () => {
    const users = [user("1"), { __typename: "Post", id: "1" }, user(1), user("1")];
    const { text, indices } = gathered({ users });
    expect(sent(text)).toEqual([user("1"), { __typename: "Post", id: "1" }, user(1)]);
    expect(indices).toEqual([0, 1, 2, 0]);
  });

  it("are distinguished by each field, not only by the first", () => {
    const users = [user("1", { name: "a" }), user("1", { name: "b" }), user("1", { name: "a" })];
    expect(gathered({ users }, [required("User", "id", "name")]).indices).toEqual([0, 1, 0]);
  });

  it("are distinguished by their content", () => {
    const place: RequiredSelection = {
      kind: "field",
      name: "place",
      outputName: "place",
      selections: [{ kind: "field", name: "town", outputName: "town", selections: undefined }],
    };
    const requires = [{ ...required("User", "id"), selections: [place] } as RequiredSelection];
    const users = ["Rome", "Oslo", "Rome"].map((town) => user("1", { place: { town, zip: town.length } }));
    const { text, indices } = gathered({ users }, requires);
    expect(indices).toEqual([0, 1, 0]);
    expect(text).not.toContain("zip");
  });

  it("are written as text once where their plain fields are equal", () => {
    const represent = compileRepresent([required("User", "id", "name")], [], types);
    let written = 0;
    const counting = {
      ...represent,
      text: (...args: Parameters<typeof represent.text>) => {
        written += 1;
        return represent.text(...args);
      },
    };
    const users = [user("1", { name: "a" }), ...Array.from({ length: 50 }, () => user("1", { name: "a" }))];
    const path = pathOf("users", "@");
    const state = anExecution(() => answered({}), { data: { users } });
    const { count } = gather(
      {
        field: {
          responseKey: "_entities",
          variable: "representations",
          paths: [path],
          requires: [],
          inputRewrites: [],
          outputRewrites: [],
          mustCopy: false,
        },
        variableHead: "",
        collectors: [compileCollector(path, types)],
        represent: counting,
        entity: { drop: () => undefined, take: () => undefined },
      },
      state,
    );
    // The first one determines the plain fields, the second is the first that is cached by them.
    expect([count, written]).toEqual([1, 2]);
  });

  it("are recognised again behind more than a hundred that differ", () => {
    const users = Array.from({ length: 300 }, (_, n) => user(String(n % 150)));
    const { indices, count } = gathered({ users });
    expect(count).toBe(150);
    expect(indices).toEqual(users.map((_, n) => n % 150));
  });

  it("are found at all paths of the field, and counted together", () => {
    const data = { users: [user("1")], others: { list: [[user("1"), null], [user("2")]] } };
    const { indices } = gathered(
      data,
      [required("User", "id")],
      [pathOf("users", "@"), pathOf("others", "list", "@")],
    );
    expect(indices).toEqual([0, 0, 1]);
  });
});

describe("what is no entity for this fetch", () => {
  it("is left out without moving the index of the others", () => {
    const users = [{ __typename: "Alien", id: "9" }, user("1"), { id: "8" }, user("2"), user("1")];
    const { text, indices, targets } = gathered({ users } as unknown as JsonObject);
    expect(sent(text)).toEqual([user("1"), user("2")]);
    expect(indices).toEqual([0, 1, 0]);
    expect(targets).toEqual([user("1"), user("2"), user("1")]);
  });

  it("is one that lacks what must be sent, also beside an equal one that does not", () => {
    const users = [user("1", { name: "a" }), { __typename: "User", id: "1" }];
    expect(gathered({ users } as unknown as JsonObject, [required("User", "id", "name")]).indices).toEqual([
      0,
    ]);
  });

  it.each([{ users: null }, { users: [] }, { users: [null, 7, "text"] }, {}, { users: "text" }])(
    "is found in %j",
    (data) => {
      const { text, count, targets } = gathered(data as JsonObject);
      expect([text, count, targets]).toEqual(["", 0, []]);
    },
  );

  it("is what objects inherit", () => {
    expect(gathered({}, [required("User", "id")], [pathOf("constructor")]).count).toBe(0);
    expect(gathered({}, [required("User", "id")], [pathOf("__proto__", "constructor")]).count).toBe(0);
  });
});
