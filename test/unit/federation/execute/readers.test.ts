import { parse } from "graphql";
import { describe, expect, it } from "vitest";
import { createReaders, selectionAt } from "../../../../src/federation/execute/readers.js";
import type { PathStep, PlanNode } from "../../../../src/federation/plan/plan.js";
import { createFetchParser } from "../../../../src/graphql/selected-keys.js";
import {
  aBatch,
  aFetch,
  anEntityFetch,
  flattened,
  pathOf,
  required,
} from "../../../support/plan-builders.js";

const readersOf = (plan: PlanNode, client?: string) =>
  createReaders(plan, client === undefined ? undefined : parse(client), createFetchParser());
const sequence = (...nodes: readonly PlanNode[]): PlanNode => ({ kind: "sequence", nodes });
/** `key` or `key of A|B, C` */
const readAt = (plan: PlanNode, client: string | undefined, ...paths: readonly (readonly PathStep[])[]) =>
  readersOf(plan, client)
    .at(paths)
    .entries()
    .map(({ key, conditions }) =>
      conditions.length === 0 ? key : `${key} of ${conditions.map((names) => names.join("|")).join(", ")}`,
    );

const USERS = pathOf("users", "@");
const ROOT = aFetch("a", "{users{__typename id}}");

describe("who reads what at a place", () => {
  it("is each root fetch and the client, keys as they are answered", () => {
    const plan = sequence(aFetch("a", "{me{id}}"), aFetch("b", "{u:users{id}}"));
    expect(readAt(plan, "{me{name}}", [])).toEqual(["me", "u", "me"]);
  });

  it("is below a key what each of them selects there", () => {
    expect(readAt(ROOT, "{users{name ...{nick}}}", USERS)).toEqual(["__typename", "id", "name", "nick"]);
  });

  it("is an entity fetch with what it selects and what it sends", () => {
    const plan = sequence(
      ROOT,
      flattened(USERS, anEntityFetch("b", "{...on User{nick}}", [required("User", "id", "mail")])),
    );
    expect(readAt(plan, undefined, USERS)).toEqual([
      "__typename",
      "id",
      "nick of User",
      "id of User",
      "mail of User",
    ]);
  });

  it("is every alias of a batch at its own path alone", () => {
    const plan = sequence(
      ROOT,
      aBatch("b", [
        { alias: "_e0", selections: "{...on User{nick}}", path: USERS, requires: [required("User", "id")] },
        {
          alias: "_e1",
          selections: "{...on Post{text}}",
          path: pathOf("posts"),
          requires: [required("Post", "no")],
        },
      ]),
    );
    expect(readAt(plan, undefined, USERS)).toEqual(["__typename", "id", "nick of User", "id of User"]);
    expect(readAt(plan, undefined, pathOf("posts"))).toEqual(["text of Post", "no of Post"]);
  });

  it("has the types that the path names around it, only up to the next field", () => {
    const path = pathOf("things", "@", ["User", "Admin"]);
    const fetch = anEntityFetch("b", "{...on User{nick}}", [required("User", "id")]);
    expect(readAt(flattened(path, fetch), undefined, path)).toEqual([
      "nick of User|Admin, User",
      "id of User|Admin, User",
    ]);
    const below = [...path, ...pathOf("friend")];
    expect(readAt(flattened(below, fetch), undefined, below)).toEqual(["nick of User", "id of User"]);
  });

  it("is what is sent below a field of a representation", () => {
    const requires = required("User", "id");
    const nested = {
      ...requires,
      selections: [
        {
          kind: "field",
          name: "size",
          outputName: "s",
          selections: [{ kind: "field", name: "w", outputName: "w", selections: undefined }],
        },
      ],
    } as typeof requires;
    const plan = flattened(USERS, anEntityFetch("b", "{...on User{fee}}", [nested]));
    expect(readAt(plan, undefined, USERS)).toEqual(["fee of User", "size of User"]);
    expect(readAt(plan, undefined, [...USERS, ...pathOf("size")])).toEqual(["w"]);
  });

  it("is both branches of a condition", () => {
    const plan: PlanNode = {
      kind: "condition",
      variable: "v",
      whenTrue: aFetch("a", "{me{id}}"),
      whenFalse: aFetch("b", "{you{id}}"),
    };
    expect(readAt(plan, undefined, [])).toEqual(["me", "you"]);
  });

  it("is at several paths what is read at any of them", () => {
    const plan = aFetch("a", "{me{id} you{name}}");
    expect(readAt(plan, undefined, pathOf("me"), pathOf("you"))).toEqual(["id", "name"]);
  });

  it.each(["constructor", "__proto__", "toString"])(
    "is nobody at a key that only objects have: %s",
    (key) => {
      expect(readAt(ROOT, undefined, pathOf(key))).toEqual([]);
    },
  );

  it("ends with fragments that spread themselves", () => {
    const client = "{users{...F}} fragment F on User{friend{...F}}";
    const view = readersOf(ROOT, client).at([pathOf("users", "@", "friend", "friend")]);
    expect(view.entries().map(({ key }) => key)).toEqual(["friend"]);
  });
});

describe("a place is contested", () => {
  const contested = (plan: PlanNode, client: string | undefined, path: readonly PathStep[]) =>
    readersOf(plan, client).at([path]).isContested;

  it("when more than one fetch reads there, not counting the client", () => {
    expect(contested(ROOT, undefined, [])).toBe(false);
    expect(contested(ROOT, "{users{id}}", [])).toBe(false);
    expect(contested(sequence(ROOT, aFetch("b", "{me{id}}")), undefined, [])).toBe(true);
    expect(contested(sequence(ROOT, aFetch("b", "{me{id}}")), "{users{id}}", [])).toBe(true);
  });

  it("below a key only by those who read below it", () => {
    const plan = sequence(aFetch("a", "{me{id} n}"), aFetch("b", "{n me{name}}"));
    expect(contested(plan, undefined, pathOf("me"))).toBe(true);
    expect(contested(sequence(ROOT, aFetch("b", "{me{id}}")), undefined, USERS)).toBe(false);
  });
});

describe("the selections of an operation", () => {
  it("are found at its root, and below one of its keys, through fragments", () => {
    const document = parse("{...F} fragment F on Query{x:_entities{id} y{name}}");
    const keys = (key: string | undefined) =>
      selectionAt(document, key)?.selections.map((one) => ("name" in one ? one.name?.value : undefined));
    expect(keys("x")).toEqual(["id"]);
    expect(keys("y")).toEqual(["name"]);
    expect(keys(undefined)).toEqual(["F"]);
  });

  it("are none under a field's own name when it is aliased, for a leaf, or without an operation", () => {
    const document = parse("{x:_entities{id} n}");
    expect(selectionAt(document, "_entities")).toBeUndefined();
    expect(selectionAt(document, "n")).toBeUndefined();
    expect(selectionAt(parse("fragment F on Query{n}"), undefined)).toBeUndefined();
  });
});
