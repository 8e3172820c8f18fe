import { parse, print } from "graphql";
import { describe, expect, it } from "vitest";
import { createWireNames, renameForWire } from "../../../../src/federation/plan/wire-names.js";

const reserved = {
  fields: new Set(["id", "name", "price", "me", "reviews", "constructor"]),
  requiredWithArguments: new Set(["price"]),
};
const sent = (text: string): string => {
  const document = parse(text);
  return print(renameForWire(document, createWireNames(document, reserved))).replace(/\s+/g, " ");
};

describe("names on the wire", () => {
  it("leave alone what cannot be mistaken", () => {
    const document = parse("{ a: me { x: name y: id name } }");
    const names = createWireNames(document, reserved);
    expect(names.unchanged).toBe(true);
    expect(renameForWire(document, names)).toBe(document);
  });

  it.each([
    ["an alias spelt like a key", "{ me { id: name } }", "{ me { cardea_0_id: name } }"],
    [
      "an alias that forges the runtime type",
      "{ me { __typename: name } }",
      "{ me { cardea_0___typename: name } }",
    ],
    [
      "an alias of the planner's own kind",
      "{ me { _internal_qp_alias_0: name } }",
      "{ me { cardea_0__internal_qp_alias_0: name } }",
    ],
    ["an alias every object inherits", "{ me { toString: name } }", "{ me { cardea_0_toString: name } }"],
    ["an alias under our own prefix", "{ me { cardea_0_x: name } }", "{ me { cardea_0_cardea_0_x: name } }"],
    [
      "a field that some @requires asks with arguments",
      "{ me { price } }",
      "{ me { cardea_0_price: price } }",
    ],
    [
      "the second meaning of one key",
      "{ me { ... on A { x: name } ... on B { x: id } } }",
      "{ me { ... on A { x: name } ... on B { cardea_0_x: id } } }",
    ],
    [
      "a key with other arguments",
      "{ a: me { reviews(n: 1) } b: me { reviews(n: 2) } }",
      "{ a: me { reviews(n: 1) } b: me { cardea_0_reviews: reviews(n: 2) } }",
    ],
    ["an alias that says nothing", "{ me { name: name id } }", "{ me { name id } }"],
  ])("change %s", (_what, text, expected) => {
    expect(sent(text)).toBe(expected);
  });

  it("are the same for equal selections, whatever the order of arguments", () => {
    const document = parse("{ x: me { r: reviews(a: 1, b: 2) } y: me { r: reviews(b: 2, a: 1) } }");
    expect(createWireNames(document, reserved).unchanged).toBe(true);
  });

  it("lead back to the client's key", () => {
    const document = parse("{ me { id: name } }");
    expect(createWireNames(document, reserved).clientKey("cardea_0_id")).toBe("id");
  });
});

describe("variables on the wire", () => {
  it.each(["representations", "representations_0", "__batch_reps_0", "_x", "cardea_0_representations"])(
    "never have a name the planner may use: $%s",
    (name) => {
      const text = `query ($${name}: Int = 1, $plain: Int) { me { a(n: $${name}, in: { x: [$${name}] }) b(n: $plain) } }`;
      const document = parse(text);
      const names = createWireNames(document, reserved);
      const wire = `cardea_0_${name}`;
      const expected = text.replaceAll(`$${name}`, `$${wire}`);
      expect(print(renameForWire(document, names))).toBe(print(parse(expected)));
      expect([names.clientVariable(wire), names.clientVariable("plain")]).toEqual([name, "plain"]);
    },
  );

  it("are renamed without changing what a response key means", () => {
    const text = "query ($_a: Int) { me { id: x(n: $_a) } ... { me { id: x(n: $_a) } } }";
    expect(sent(text)).toBe(
      "query ($cardea_0__a: Int) { me { cardea_0_id: x(n: $cardea_0__a) } ... { me { cardea_0_id: x(n: $cardea_0__a) } } }",
    );
  });
});
