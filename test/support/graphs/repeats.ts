import type { Entity, FederatedGraph } from "../federated-graph.js";

/**
 * Answers with many repetitions: value types of which each subgraph declares a part, equal in one and different in the
 * other; the same few entities under many others; one name for objects of several types; a custom scalar with different
 * values in two subgraphs.
 */

const place = (town: string, height: number | null): Entity => ({
  __typename: "Place",
  country: "Norway",
  climate: { __typename: "Climate", zone: "cold", rainy: town.length > 4 },
  town,
  height,
});
const people: Entity[] = ["Ada", "Bo", "Cyn", "Dag"].map((name, index) => ({
  __typename: "Person",
  id: `${index + 1}`,
  name,
  rank: index % 2,
  place: place(["Oslo", "Bergen", "Oslo", "Voss"][index] ?? "", index === 2 ? null : index),
  notes: { kind: "note", lines: [1, 2, 3] },
}));
const posts: Entity[] = Array.from({ length: 8 }, (_, index) => ({
  __typename: index % 3 === 0 ? "Picture" : "Text",
  id: `${index + 1}`,
  label: index % 2 === 0 ? "even" : "odd",
  author: people[index % 2],
  likes: [people[0], people[1], people[0]],
  place: place("Oslo", 7),
  width: 640,
  words: index === 4 ? new Error("not counted") : 100,
}));
for (const [index, person] of people.entries()) {
  Object.assign(person, {
    posts: posts.slice(index % 2, 4 + (index % 2)),
    friends: [people[(index + 1) % 4], people[(index + 1) % 4]],
  });
}

const byId = (rows: readonly Entity[], reference: Entity): Entity | undefined =>
  rows.find((row) => row["id"] === reference["id"]);

export const repeats: FederatedGraph = {
  name: "repeats",
  subgraphs: {
    people: `
      scalar Anything
      type Query { people: [Person!]! person(id: ID!): Person }
      type Person @key(fields: "id") { id: ID! name: String rank: Int place: Place @shareable friends: [Person!] }
      type Place { country: String @shareable climate: Climate @shareable }
      type Climate { zone: String }
    `,
    maps: `
      scalar Anything
      type Person @key(fields: "id") { id: ID! place: Place @shareable notes: Anything }
      type Place { country: String @shareable town: String height: Int climate: Climate @shareable }
      type Climate { rainy: Boolean }
    `,
    posts: `
      type Query { posts: [Post!]! mixed: [Anyone] }
      union Anyone = Person | Text | Picture
      interface Post { id: ID! label: String author: Person likes: [Person] }
      type Text implements Post @key(fields: "id") { id: ID! label: String author: Person likes: [Person] words: Int }
      type Picture implements Post @key(fields: "id") { id: ID! label: String author: Person likes: [Person] width: Int }
      type Person @key(fields: "id") { id: ID! posts: [Post!] }
    `,
    ranks: `
      type Person @key(fields: "id") { id: ID! rank: Int @external title: String @requires(fields: "rank") }
      type Text @key(fields: "id") { id: ID! size: Int }
      type Picture @key(fields: "id") { id: ID! size: Int }
    `,
  },
  resolvers: {
    "Query.people": () => [...people, ...people],
    "Query.person": (_, args) => people.find((one) => one["id"] === args["id"]) ?? null,
    "Query.posts": () => [...posts, ...posts.slice(0, 3)],
    "Query.mixed": () => [people[0], posts[0], people[0], posts[1], null, posts[0], people[1], people[0]],
    "Person.title": (source) => (source["id"] === "4" ? new Error("untitled") : `rank ${source["rank"]}`),
    "Text.size": () => 1,
    "Picture.size": () => 2,
  },
  lookup: (reference) => byId(reference.__typename === "Person" ? people : posts, reference),
  values: { ID: ["1", "2", "9"] },
};
