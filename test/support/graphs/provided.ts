import type { Entity, FederatedGraph } from "../federated-graph.js";

/**
 * `@provides` through everything that has selections: interfaces, unions, lists of lists, objects twice over; on paths
 * that only a providing field reaches; beside the subgraphs that know more.
 */

const pet = (type: string, id: string, fields: object): Entity => ({ __typename: type, id, ...fields });
const pets: Entity[] = [
  pet("Cat", "c1", { name: "Tom", lives: 9, chip: "x1" }),
  pet("Dog", "d1", { name: "Rex", tricks: 3, chip: null }),
  pet("Cat", "c2", { name: null, lives: null, chip: "x2" }),
  pet("Dog", "d2", { name: "Pip", tricks: null, chip: new Error("no chip") }),
];
const town = (name: string, zip: string | null): Entity => ({
  __typename: "Town",
  name,
  zip,
  mayor: { __typename: "Mayor", name: `mayor of ${name}`, since: zip === null ? null : 2001 },
});
const owners: Entity[] = [
  { __typename: "Owner", id: "o1", name: "Ann", town: town("Ulm", "89"), phone: "1" },
  { __typename: "Owner", id: "o2", name: null, town: null, phone: null },
];
const shelves: Entity[] = [
  { __typename: "Window", id: "w1", glass: "clear", price: 5 },
  { __typename: "Table", id: "t1", legs: 4, price: new Error("no price") },
  { __typename: "Table", id: "t2", legs: null, price: null },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(pets[0], { owner: owners[0], friend: pets[1] });
link(pets[1], { owner: owners[1], friend: null });
link(pets[2], { owner: null, friend: pets[0] });
link(pets[3], { owner: owners[0], friend: pets[3] });
link(owners[0], { pets: [pets[0], pets[1]], best: pets[1] });
link(owners[1], { pets: [], best: null });
link(shelves[0], { pets: [pets[0], pets[1], null], rows: [[pets[2]], [], [pets[3], null]], top: pets[0] });
link(shelves[1], { pets: [pets[3]], rows: null, top: null });
link(shelves[2], { pets: null, rows: [null, [pets[1]]], top: pets[2] });

export const provided: FederatedGraph = {
  name: "provided",
  subgraphs: {
    front: `
      type Query {
        display: Shelf @shareable @provides(fields: "pets { id name }")
        wall: [[Pet]] @provides(fields: "... on Cat { name } ... on Dog { name }")
        someone: Somebody @provides(fields: "... on Cat { name } ... on Owner { name town { name } }")
        keeper: Owner @provides(fields: "name town { name mayor { name } } best { id ... on Cat { name } }")
      }
      union Somebody = Cat | Owner
      interface Shelf { id: ID! pets: [Pet] }
      type Window implements Shelf { id: ID! @shareable pets: [Pet] @external }
      type Table implements Shelf { id: ID! @shareable pets: [Pet] @external }
      interface Pet { id: ID! name: String }
      type Cat implements Pet @key(fields: "id") { id: ID! name: String @external }
      type Dog implements Pet @key(fields: "id") { id: ID! name: String @external }
      type Owner @key(fields: "id") { id: ID! name: String @external town: Town @external best: Pet @external }
      type Town { name: String @external mayor: Mayor @external }
      type Mayor { name: String @external }
    `,
    bare: `
      type Query { shelves: [Shelf] }
      interface Shelf { id: ID! price: Int }
      type Window implements Shelf @key(fields: "id") { id: ID! price: Int glass: String }
      type Table implements Shelf @key(fields: "id") { id: ID! price: Int legs: Int }
    `,
    store: `
      type Query { stored: [Shelf!] @provides(fields: "... on Window { top { ... on Cat { name } } } ... on Table { glad }") }
      interface Shelf { id: ID! pets: [Pet] top: Pet }
      type Window implements Shelf @key(fields: "id") { id: ID! @shareable pets: [Pet] @shareable rows: [[Pet]] top: Pet }
      type Table implements Shelf @key(fields: "id") { id: ID! @shareable pets: [Pet] @shareable rows: [[Pet]] top: Pet glad: Int @external }
      interface Pet { id: ID! }
      type Cat implements Pet @key(fields: "id") { id: ID! name: String @external }
      type Dog implements Pet @key(fields: "id") { id: ID! }
    `,
    moods: `
      type Table @key(fields: "id") { id: ID! glad: Int @shareable pets: [Pet] @shareable }
      type Window @key(fields: "id") { id: ID! pets: [Pet] @shareable }
      interface Pet { id: ID! }
      type Cat implements Pet @key(fields: "id") { id: ID! }
      type Dog implements Pet @key(fields: "id") { id: ID! }
    `,
    vet: `
      type Query { pets: [Pet!] owners: [Owner] friends: [Pet] @provides(fields: "owner { phone }") }
      interface Pet { id: ID! name: String owner: Owner }
      type Cat implements Pet @key(fields: "id") { id: ID! name: String @shareable owner: Owner lives: Int chip: String friend: Pet }
      type Dog implements Pet @key(fields: "id") { id: ID! name: String @shareable owner: Owner tricks: Int chip: String friend: Pet }
      type Owner @key(fields: "id") { id: ID! phone: String @external pets: [Pet] best: Pet @shareable }
    `,
    people: `
      type Query { owner(id: ID!): Owner }
      type Owner @key(fields: "id") { id: ID! name: String @shareable town: Town @shareable phone: String @shareable }
      type Town @shareable { name: String zip: String mayor: Mayor }
      type Mayor @shareable { name: String since: Int }
    `,
  },
  resolvers: {
    "Query.display": () => shelves[0],
    "Query.shelves": () => [shelves[0], null, shelves[1], shelves[2]],
    "Query.wall": () => [[pets[0], null], [], [pets[1], pets[2]], null],
    "Query.someone": () => owners[0],
    "Query.keeper": () => owners[0],
    "Query.stored": () => shelves,
    "Query.pets": () => pets,
    "Query.owners": () => [owners[1], null, owners[0]],
    "Query.friends": () => [pets[3], pets[0], null],
    "Query.owner": (_, args) => owners.find((one) => one["id"] === args["id"]) ?? null,
    "Table.glad": (source) => (source["id"] === "t1" ? 1 : null),
  },
  lookup: (reference) => [...pets, ...owners, ...shelves].find((one) => one["id"] === reference["id"]),
  values: { ID: ["o1", "o2", "nobody"] },
};
