import { buildSchema, getOperationAST, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { answerIntrospection } from "../../../../src/federation/response/introspection.js";
import { createFieldCollector } from "../../../../src/graphql/collect-fields.js";

const WHOLE = buildSchema(`
  input Secret { pin: Int }
  type Query { open: Int closed(s: Secret): Hidden }
  type Hidden { id: ID }
`);
/** What this caller may see. */
const SEEN = buildSchema("type Query { open: Int }");
const asked = (text: string, variables: Readonly<Record<string, unknown>> = {}, schema = SEEN) => {
  const document = parse(text);
  const operation = getOperationAST(document);
  const rootType = WHOLE.getQueryType();
  if (!operation || !rootType) throw new Error("no operation");
  const isTrue = (name: string): boolean => variables[name] === true;
  const fields = createFieldCollector(document, WHOLE).collect([operation.selectionSet], rootType, isTrue);
  return Object.fromEntries(answerIntrospection(schema, document, operation, fields, variables));
};

describe("introspection", () => {
  it("is answered from the schema this caller may see, under the keys of the operation", () => {
    expect(asked('{s:__schema{queryType{fields{name}}} __type(name:"Query"){name} open}')).toEqual({
      s: { queryType: { fields: [{ name: "open" }] } },
      __type: { name: "Query" },
    });
  });

  it("knows nothing of a type this caller may not see", () => {
    const text = '{h:__type(name:"Hidden"){name} s:__type(name:"Secret"){inputFields{name}}}';
    expect(asked(text)).toEqual({ h: null, s: null });
    expect(JSON.stringify(asked("{__schema{types{name}}}"))).not.toMatch(/Hidden|Secret/);
  });

  it("is answered beside fields whose variables are of types this caller does not see", () => {
    const text = "query($s:Secret,$name:String!){closed(s:$s){id} __type(name:$name){name}}";
    expect(asked(text, { s: { pin: 1 }, name: "Query" })).toEqual({ __type: { name: "Query" } });
  });

  it("enters fragments, spread twice, with their variables and conditions", () => {
    const text = `query($deep:Boolean!,$v:Boolean!){...R ...R}
      fragment R on Query{a:__type(name:"Query"){...T ...T}}
      fragment T on __Type{name fields(includeDeprecated:$deep) @include(if:$v){name}}`;
    expect(asked(text, { deep: true, v: true })).toEqual({
      a: { name: "Query", fields: [{ name: "open" }] },
    });
    expect(asked(text, { deep: true, v: false })).toEqual({ a: { name: "Query" } });
  });

  it("merges what one key selects in several places", () => {
    expect(asked('{a:__type(name:"Query"){name} ...{a:__type(name:"Query"){kind}}}')).toEqual({
      a: { name: "Query", kind: "OBJECT" },
    });
  });

  it("has the default of a variable that was not sent", () => {
    expect(asked('query($name:String!="Query"){__type(name:$name){name}}')).toEqual({
      __type: { name: "Query" },
    });
  });

  it("obeys the directive around it once: it was evaluated when the fields were collected", () => {
    const text = "query($v:Boolean!){__schema @include(if:$v){queryType{name}} open}";
    expect(asked(text, { v: true })).toEqual({ __schema: { queryType: { name: "Query" } } });
    expect(asked(text, { v: false })).toEqual({});
  });

  it.each(["__proto__", "constructor"])("is answered under the key %s", (key) => {
    const answers = answeredUnder(key);
    expect(answers.get(key)).toEqual({ queryType: { name: "Query" } });
  });

  it("is empty if it is not selected", () => {
    expect(asked("{open}")).toEqual({});
    expect(asked("{__typename}")).toEqual({});
  });

  it("answers nothing rather than a part when its variables are of the wrong kind", () => {
    expect(asked("query($name:String!){__type(name:$name){name}}", { name: 7 })).toEqual({});
  });
});

const answeredUnder = (key: string): ReadonlyMap<string, unknown> => {
  const document = parse(`{${key}:__schema{queryType{name}}}`);
  const operation = getOperationAST(document);
  const rootType = WHOLE.getQueryType();
  if (!operation || !rootType) throw new Error("no operation");
  const fields = createFieldCollector(document, WHOLE).collect(
    [operation.selectionSet],
    rootType,
    () => false,
  );
  return answerIntrospection(SEEN, document, operation, fields, {});
};
