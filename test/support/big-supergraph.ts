const HEAD = `schema @link(url: "https://specs.apollo.dev/link/v1.0") @link(url: "https://specs.apollo.dev/join/v0.3", for: EXECUTION) @link(url: "https://specs.cardea.dev/auth/v1.0", import: ["@auth"]) { query: Query mutation: Mutation }
directive @link(url: String, as: String, for: link__Purpose, import: [link__Import]) repeatable on SCHEMA
directive @join__graph(name: String!, url: String!) on ENUM_VALUE
directive @join__type(graph: join__Graph!, key: join__FieldSet) repeatable on OBJECT
directive @join__field(graph: join__Graph) repeatable on FIELD_DEFINITION
directive @auth(fresh: Boolean! = false, maxAge: Int, scopes: [String!]! = [], anyOf: [[String!]!]) repeatable on OBJECT | FIELD_DEFINITION | ARGUMENT_DEFINITION
scalar link__Import
scalar join__FieldSet
enum link__Purpose { SECURITY EXECUTION }
enum join__Graph { A @join__graph(name: "a", url: "http://a.invalid") B @join__graph(name: "b", url: "http://b.invalid") }
`;

/** A supergraph as large companies have it, written directly: composing it takes a minute. One field in five is guarded. */
export const bigSupergraph = (size: { types: number; fields: number; scopes: number }): string => {
  const joined = (name: string) => `type ${name} @join__type(graph: A) @join__type(graph: B)`;
  const guard = (type: number, place: number): string => {
    if (place === 3) return ` @auth(scopes: ["service${type % size.scopes}:read"])`;
    return place === 7 ? " @auth(fresh: true)" : "";
  };
  const field = (type: number, at: number): string => {
    const returned =
      at === 0
        ? `Entity${(type * 7 + 1) % size.types}`
        : at === 1
          ? `[Entity${(type + 1) % size.types}]`
          : "String";
    const place = (type * size.fields + at) % 10;
    return `field${at}Name: ${returned} @join__field(graph: ${at % 2 === 0 ? "B" : "A"})${guard(type, place)}`;
  };
  const types = Array.from(
    { length: size.types },
    (_, type) =>
      `${joined(`Entity${type}`)} { ${Array.from({ length: size.fields }, (__, at) => field(type, at)).join(" ")} }`,
  );
  const roots = (name: string, guarded: string) =>
    Array.from(
      { length: 200 },
      (_, at) => `${name}${at}(id: ID): Entity${(at * 20) % size.types} @join__field(graph: A)${guarded}`,
    ).join(" ");
  return [
    HEAD,
    ...types,
    `${joined("Query")} { ${roots("root", "")} }`,
    `${joined("Mutation")} { changePassword: Int @join__field(graph: A) @auth ${roots("change", " @auth")} }`,
  ].join("\n");
};
