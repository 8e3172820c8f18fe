import type { Entity, FederatedGraph } from "../federated-graph.js";

/** `@interfaceObject`, inaccessible members, and enum values and fields of one subgraph only. */

const media = (type: string, id: string, fields: object): Entity => ({ __typename: type, id, ...fields });
const items: Entity[] = [
  media("Book", "1", { title: "Emma", pages: 300, format: "HARD", rating: 5, shelf: "A" }),
  media("Movie", "2", { title: "Alien", length: 117, format: "REEL", rating: null, shelf: null }),
  media("Secret", "3", { title: "Classified", rating: 1, shelf: "X" }),
  media("Book", "4", { title: null, pages: null, format: "HIDDEN", rating: 2, shelf: new Error("no shelf") }),
];
const people: Entity[] = [
  { __typename: "Person", id: "1", name: "Jane", email: "jane@x" },
  { __typename: "Person", id: "2", name: null, email: new Error("no mail") },
];
const notes: Entity[] = [
  { __typename: "Note", id: "1", text: "fine" },
  { __typename: "Note", id: "2", text: "dull" },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(items[0], { notes: [notes[0], notes[1]], owner: people[0], sequel: items[3], any: people[0] });
link(items[1], { notes: [], owner: people[1], sequel: null, any: items[0] });
link(items[2], { notes: [notes[1]], owner: null, sequel: items[0], any: items[1] });
link(items[3], { notes: [notes[0]], owner: people[1], sequel: items[1], any: items[2] });
link(notes[0], { about: items[0], by: people[0] });
link(notes[1], { about: items[1], by: people[1] });
link(people[0], { favourite: items[1], owned: [items[0], items[1]] });
link(people[1], { favourite: items[0], owned: [items[3]] });

export const mediaGraph: FederatedGraph = {
  name: "media",
  subgraphs: {
    catalog: `
      type Query { items: [Media] item(id: ID!): Media things: [Thing] books: [Book!] }
      interface Media @key(fields: "id") { id: ID! title: String sequel: Media }
      type Book implements Media @key(fields: "id") { id: ID! title: String sequel: Media pages: Int format: Format }
      type Movie implements Media @key(fields: "id") { id: ID! title: String sequel: Media length: Int format: Format }
      type Secret implements Media @key(fields: "id") @inaccessible { id: ID! title: String sequel: Media }
      enum Format { HARD SOFT REEL HIDDEN @inaccessible }
      union Thing = Book | Movie | Person
      type Person @key(fields: "id") { id: ID! favourite: Media owned: [Media!] }
    `,
    notes: `
      type Query { notes: [Note!]! rated(min: Int): [Media] }
      type Media @key(fields: "id") @interfaceObject { id: ID! rating: Int notes(first: Int): [Note] owner: Person }
      type Note @key(fields: "id") { id: ID! text: String about: Media by: Person }
      type Person @key(fields: "id") { id: ID! name: String }
    `,
    shelves: `
      type Query { person(id: ID): Person }
      type Media @key(fields: "id") @interfaceObject { id: ID! shelf: String }
      type Person @key(fields: "id") { id: ID! email: String }
    `,
  },
  resolvers: {
    "Query.items": () => [items[0], items[1], null, items[3]],
    "Query.item": (_, args) =>
      items.find((item) => item["id"] === args["id"] && item.__typename !== "Secret") ?? null,
    "Query.things": () => [items[0], people[0], items[1], people[1]],
    "Query.books": () => [items[0], items[3]],
    "Query.notes": () => notes,
    "Query.rated": (_, args) =>
      items.filter(
        (item) => item.__typename !== "Secret" && Number(item["rating"] ?? 0) >= Number(args["min"] ?? 0),
      ),
    "Query.person": (_, args) => people.find((person) => person["id"] === (args["id"] ?? "1")) ?? null,
    "Media.notes": (source, args) => firstOf(source, args),
    "Book.notes": (source, args) => firstOf(source, args),
    "Movie.notes": (source, args) => firstOf(source, args),
  },
  lookup: (reference) => {
    const list = reference.__typename === "Person" ? people : reference.__typename === "Note" ? notes : items;
    return list.find((item) => item["id"] === reference["id"]);
  },
};

const firstOf = (source: Entity, args: Readonly<Record<string, unknown>>): unknown =>
  typeof args["first"] === "number"
    ? (source["notes"] as unknown[]).slice(0, args["first"])
    : source["notes"];
