import { buildSchema } from "graphql";
import { describe, expect, it } from "vitest";
import { compileRepresent } from "../../../../src/federation/execute/representations.js";
import type { RequiredSelection, Rewrite } from "../../../../src/federation/plan/plan.js";
import type { JsonObject } from "../../../../src/federation/result/json.js";
import { createTypeConditions } from "../../../../src/graphql/type-conditions.js";

const schema = buildSchema(`scalar Hidden type Query { p: Payload o: Other }
  type Payload { token: Hidden all: [Hidden!] id: ID inner: Inner } type Inner { token: Hidden id: ID }
  type Other { token: String id: ID }`);
const types = createTypeConditions(schema, "Hidden");
const field = (outputName: string, more: Partial<{ name: string; selections: RequiredSelection[] }> = {}) =>
  ({ kind: "field", name: outputName, outputName, selections: undefined, ...more }) as const;
const on = (typeCondition: string, ...selections: RequiredSelection[]): RequiredSelection => ({
  kind: "fragment",
  typeCondition,
  selections,
  skipIf: undefined,
  includeIf: undefined,
});
const text = (
  selections: readonly RequiredSelection[],
  entity: Parameters<ReturnType<typeof compileRepresent>["text"]>[0],
  rewrites: readonly Rewrite[] = [],
) => compileRepresent(selections, rewrites, types).text(entity, () => true);

const PAYLOAD = { __typename: "Payload", id: "1", token: "SECRET", key: "SECRET", all: ["SECRET"] };

describe("a representation never carries a secret", () => {
  it.each([
    ["as a plain field", [on("Payload", field("token"))], PAYLOAD],
    ["in a list", [on("Payload", field("id"), field("all"))], PAYLOAD],
    ["under another key of the result", [on("Payload", field("token", { name: "key" }))], PAYLOAD],
    [
      "inside an object",
      [on("Payload", field("inner", { selections: [field("token")] }))],
      { __typename: "Payload", inner: { __typename: "Inner", token: "SECRET" } },
    ],
    [
      "inside an object without a type name",
      [on("Payload", field("inner", { selections: [field("token")] }))],
      { __typename: "Payload", inner: { token: "SECRET" } },
    ],
  ])("%s", (_name, selections, entity) => {
    expect(text(selections, entity)).toBeUndefined();
  });

  it("by a rewrite that gives it its name", () => {
    const rename: Rewrite = { kind: "rename", path: [{ kind: "key", name: "key" }], to: "token" };
    expect(text([on("Payload", field("key"))], PAYLOAD, [rename])).toBeUndefined();
  });

  it("and carries everything else, a field of that name in another type as well", () => {
    expect(text([on("Payload", field("id"))], PAYLOAD)).toBe('{"__typename":"Payload","id":"1"}');
    const other = { __typename: "Other", token: "plain" };
    expect(text([on("Other", field("token"))], other)).toBe('{"__typename":"Other","token":"plain"}');
  });
});

describe("a representation", () => {
  const people = createTypeConditions(
    buildSchema(`
      interface Thing { id: ID! }
      type User implements Thing { id: ID! no: Int name: String must: String! place: Place ids: [[ID]] constructor: Int }
      type Post implements Thing { id: ID! text: String }
      type Place { town: String zip: ID }
      type Query { thing: Thing }
    `),
  );
  const written = (
    selections: readonly RequiredSelection[],
    entity: object,
    {
      rewrites = [],
      isTrue = false,
    }: { readonly rewrites?: readonly Rewrite[]; readonly isTrue?: boolean } = {},
  ) => compileRepresent(selections, rewrites, people).text(entity as JsonObject, () => isTrue);
  const setTypeName: Rewrite = {
    kind: "set",
    path: [
      { kind: "types", names: ["User"] },
      { kind: "key", name: "__typename" },
    ],
    value: "Thing",
  };
  const user = (more: object = {}) => ({ __typename: "User", id: "1", ...more });

  it("holds the type and what is required of it, under the names it is sent by, and nothing else", () => {
    const requires = [on("User", field("id"), field("name", { name: "n" })), on("Post", field("text"))];
    expect(written(requires, user({ n: 'A"da', name: "other", more: 1 }))).toBe(
      '{"__typename":"User","id":"1","name":"A\\"da"}',
    );
    expect(written(requires, { __typename: "Post", text: null, id: "2" })).toBe(
      '{"__typename":"Post","text":null}',
    );
  });

  it("of a type that a condition names by its interface holds that as well", () => {
    expect(written([on("Thing", field("id")), on("User", field("name"))], user({ name: "x" }))).toBe(
      '{"__typename":"User","id":"1","name":"x"}',
    );
  });

  it.each(["Place", "Nobody", "", "constructor", "__proto__", 7, null, ["User"], undefined])(
    "is not written for an object that calls itself %j",
    (name) => {
      expect(written([on("User", field("id"))], { __typename: name, id: "1" })).toBeUndefined();
    },
  );

  it("is not written with a hole: a field that is absent, or null where it may not be", () => {
    const requires = [on("User", field("id"), field("must"))];
    expect(written(requires, user())).toBeUndefined();
    expect(written(requires, user({ must: null }))).toBeUndefined();
    expect(written(requires, { __typename: "User", id: null, must: "x" })).toBeUndefined();
    expect(written([on("User", field("name"))], user({ name: null }))).toBe(
      '{"__typename":"User","name":null}',
    );
  });

  it("takes nothing objects inherit for a field", () => {
    expect(written([on("User", field("constructor"))], user())).toBeUndefined();
    expect(written([on("User", field("constructor"))], user({ constructor: 1 }))).toContain(
      '"constructor":1',
    );
    expect(written([on("User", field("__proto__"))], user())).toBeUndefined();
  });

  it("holds its content, with its type if it has one, lists and nulls unchanged", () => {
    const requires = [on("User", field("place", { selections: [field("__typename"), field("town")] }))];
    const place = (more: object) => ({ ...more, town: "Oslo", secret: 1 });
    expect(written(requires, user({ place: place({ __typename: "Place" }) }))).toBe(
      '{"__typename":"User","place":{"__typename":"Place","town":"Oslo"}}',
    );
    expect(written(requires, user({ place: [place({}), null, [place({})]] }))).toBe(
      '{"__typename":"User","place":[{"town":"Oslo"},null,[{"town":"Oslo"}]]}',
    );
    expect(written(requires, user({ place: { __typename: "Place" } }))).toBeUndefined();
    expect(written(requires, user({ place: [place({}), {}] }))).toBeUndefined();
    expect(written(requires, user({ place: "text" }))).toBeUndefined();
  });

  it("holds inside what applies to the type there, and the type alone where nothing does", () => {
    const requires = [
      on("User", field("place", { selections: [on("Place", field("town")), on("User", field("id"))] })),
    ];
    expect(written(requires, user({ place: { __typename: "Place", town: "Oslo" } }))).toContain(
      '"town":"Oslo"',
    );
    expect(written(requires, user({ place: { __typename: "Post" } }))).toBe(
      '{"__typename":"User","place":{"__typename":"Post"}}',
    );
  });

  it("holds what conditions leave in, and is not written where they leave nothing", () => {
    const requires = (more: object) => [{ ...on("User", field("id")), ...more } as RequiredSelection];
    for (const isTrue of [true, false]) {
      const [included, skipped] = [{ includeIf: "v" }, { skipIf: "v" }].map((one) =>
        written(requires(one), user(), { isTrue }),
      );
      expect([included !== undefined, skipped !== undefined]).toEqual([isTrue, !isTrue]);
    }
  });

  it("never holds an identifier that is not exact any more, under whatever key it came", () => {
    const rounded = 2 ** 53;
    expect(written([on("User", field("id"))], user({ id: rounded }))).toBeUndefined();
    expect(written([on("User", field("id", { name: "wire" }))], user({ wire: rounded }))).toBeUndefined();
    expect(written([on("User", field("ids"))], user({ ids: [["1", 2], [rounded]] }))).toBeUndefined();
    const inside = field("place", { selections: [field("zip")] });
    expect(
      written([on("User", inside)], user({ place: { __typename: "Place", zip: rounded } })),
    ).toBeUndefined();
    expect(written([on("User", field("id"))], user({ id: rounded - 1 }))).toContain(`"id":${rounded - 1}`);
    expect(written([on("User", field("no", { name: "id" }))], user({ id: 1.5 }))).toContain('"no":1.5');
  });

  it("calls the entity by the name a rewrite gives its type", () => {
    const requires = [on("User", field("id")), on("Post", field("id"))];
    expect(written(requires, user(), { rewrites: [setTypeName] })).toBe('{"__typename":"Thing","id":"1"}');
    const post = { __typename: "Post", id: "2" };
    expect(written(requires, post, { rewrites: [setTypeName] })).toBe('{"__typename":"Post","id":"2"}');
  });

  it("is rewritten in a copy: the result tree stays as it is", () => {
    const rename: Rewrite = { kind: "rename", path: [{ kind: "key", name: "name" }], to: "label" };
    const entity = user({ name: "Ada" });
    expect(written([on("User", field("name"))], entity, { rewrites: [rename] })).toBe(
      '{"__typename":"User","label":"Ada"}',
    );
    expect(entity).toEqual(user({ name: "Ada" }));
  });

  it("is known by its plain fields once one was written, and not where it holds more than those", () => {
    const plainOf = (selections: readonly RequiredSelection[], rewrites: readonly Rewrite[] = []) => {
      const represent = compileRepresent(selections, rewrites, people);
      const before = represent.plainFields("User");
      represent.text(user({ name: "Ada", place: null }) as JsonObject, () => true);
      return [
        before,
        represent.plainFields("User")?.map((read) => read(user({ name: "Ada" }) as JsonObject)),
      ];
    };
    const rename: Rewrite = { kind: "rename", path: [{ kind: "key", name: "name" }], to: "label" };
    expect(plainOf([on("User", field("id"), field("name"))])).toEqual([undefined, ["1", "Ada"]]);
    expect(plainOf([on("User", field("place", { selections: [field("town")] }))])).toEqual([
      undefined,
      undefined,
    ]);
    expect(plainOf([{ ...on("User", field("id")), includeIf: "v" } as RequiredSelection])).toEqual([
      undefined,
      undefined,
    ]);
    expect(plainOf([on("User", field("name"))], [rename])).toEqual([undefined, undefined]);
    expect(plainOf([on("Post", field("id"))])).toEqual([undefined, undefined]);
  });
});
