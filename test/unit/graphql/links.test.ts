import { type ConstDirectiveNode, Kind, parse } from "graphql";
import { describe, expect, it } from "vitest";
import { linkNamespace, linkUrl, localNames, readImports, readLinks } from "../../../src/graphql/links.js";

const links = (applications: string, definition = "schema") =>
  readLinks(parse(`${definition} ${applications} { query: Query }`));
const directiveOf = (application: string): ConstDirectiveNode => {
  const definition = parse(`scalar S ${application}`).definitions[0];
  const directive = definition?.kind === Kind.SCALAR_TYPE_DEFINITION ? definition.directives?.[0] : undefined;
  if (directive === undefined) throw new Error("no directive");
  return directive;
};
const AUTH = "https://specs.example.dev/auth/v1.2";

describe("a link", () => {
  it("is read with its specification, version and names", () => {
    const [link] = links(
      `@link(url: "${AUTH}", as: "a", import: ["@auth", {name: "Scope", as: "S"}], for: SECURITY)`,
    );
    expect(link).toMatchObject({
      url: AUTH,
      identity: "https://specs.example.dev/auth",
      name: "auth",
      major: 1,
      minor: 2,
      namespace: "a",
      purpose: "SECURITY",
    });
    expect(Object.fromEntries(link?.imports ?? [])).toEqual({ "@auth": "@auth", Scope: "S" });
  });

  it("is called by its specification where it gives itself no name, and has no purpose where it gives none", () => {
    expect(links(`@link(url: "${AUTH}")`)).toMatchObject([{ namespace: "auth", purpose: undefined }]);
  });

  it("is read from extensions of the schema as well, and from nowhere else", () => {
    const document = parse(`
      schema @link(url: "https://x.dev/one/v1.0") { query: Query }
      extend schema @link(url: "https://x.dev/two/v1.0") @other(url: "https://x.dev/no/v1.0")
      type Query @link(url: "https://x.dev/no/v1.0") { a: Int }
    `);
    expect(readLinks(document).map(({ name }) => name)).toEqual(["one", "two"]);
  });

  it.each([
    ["https://x.dev/a/b/federation/v2.10", "https://x.dev/a/b/federation", "federation", 2, 10],
    ["https://x.dev/my-auth/v0.1/", "https://x.dev/my-auth", "my-auth", 0, 1],
    ["http://x/_under/v1.0", "http://x/_under", "_under", 1, 0],
  ])("of %s is separated from its version", (url, identity, name, major, minor) => {
    expect(links(`@link(url: "${url}")`)).toMatchObject([{ identity, name, major, minor }]);
  });

  it.each([
    "https://x.dev/auth",
    "https://x.dev/auth/1.0",
    "https://x.dev/auth/v1",
    "https://x.dev/auth/v1.0.0",
    "https://x.dev/auth/v1.0?x",
    "https://x.dev/1auth/v1.0",
    "https://x.dev/auth-/v1.0",
    "auth/v1.0 ",
    "",
  ])("that cannot be read is left out: %j", (url) => {
    expect(links(`@link(url: "${url}")`)).toEqual([]);
  });

  it.each(["@link", "@link(url: 7)", "@link(url: null)", `@link(uri: "${AUTH}")`, '@link(url: ["x"])'])(
    "without a text for its url is left out: %s",
    (application) => {
      expect(links(application)).toEqual([]);
    },
  );
});

describe("the raw parts of a link", () => {
  it("are there whether it can be read or not", () => {
    expect(linkUrl(directiveOf('@link(url: "nonsense")'))).toBe("nonsense");
    expect(linkUrl(directiveOf('@core(feature: "https://x.dev/core/v0.2")'))).toBe("https://x.dev/core/v0.2");
    expect(linkUrl(directiveOf("@link(url: 7)"))).toBeUndefined();
    expect(linkNamespace(directiveOf('@link(url: "nonsense", as: "n")'))).toBe("n");
    expect(linkNamespace(directiveOf("@link(as: n)"))).toBeUndefined();
  });
});

describe("what a link imports", () => {
  const imports = (list: string) => Object.fromEntries(readImports(directiveOf(`@link(import: ${list})`)));

  it.each([
    ['["@auth", "Scope"]', { "@auth": "@auth", Scope: "Scope" }],
    ['"@auth"', { "@auth": "@auth" }],
    ['{name: "@auth", as: "@guard"}', { "@auth": "@guard" }],
    ['[{name: "@auth"}]', { "@auth": "@auth" }],
    ['[{as: "@guard"}, {name: 7}, 7, null, true, ["@auth"]]', {}],
    ['[{name: "@auth", as: 7}]', { "@auth": "@auth" }],
    ["null", {}],
  ])("from %s", (list, expected) => {
    expect(imports(list)).toEqual(expected);
  });

  it("is nothing where it imports nothing", () => {
    expect(readImports(directiveOf('@link(url: "x")')).size).toBe(0);
  });

  it("may be called what objects have", () => {
    const found = readImports(directiveOf('@link(import: ["@constructor", "__proto__"])'));
    expect([...found.keys()]).toEqual(["@constructor", "__proto__"]);
  });
});

describe("every spelling of a directive", () => {
  const names = (directive: string, application: string) => {
    const [link] = links(application);
    if (link === undefined) throw new Error("no link");
    return localNames(link, directive);
  };

  it("is the prefixed one and the bare namespace, for the directive the specification is named after", () => {
    expect(names("auth", `@link(url: "${AUTH}")`)).toEqual(["auth__auth", "auth"]);
    expect(names("auth", `@link(url: "${AUTH}", as: "a")`)).toEqual(["a__auth", "a"]);
    expect(names("scope", `@link(url: "${AUTH}")`)).toEqual(["auth__scope"]);
  });

  it("is the imported one, under its new name where it has one, beside the prefixed one", () => {
    expect(names("auth", `@link(url: "${AUTH}", import: ["@auth"])`)).toEqual(["auth__auth", "auth"]);
    expect(names("auth", `@link(url: "${AUTH}", import: [{name: "@auth", as: "@guard"}])`)).toEqual([
      "auth__auth",
      "guard",
    ]);
    expect(names("scope", `@link(url: "${AUTH}", as: "a", import: ["@scope"])`)).toEqual([
      "a__scope",
      "scope",
    ]);
  });

  it("is not that of a type of the same name", () => {
    expect(names("auth", `@link(url: "${AUTH}", as: "a", import: ["auth"])`)).toEqual(["a__auth", "a"]);
  });
});
