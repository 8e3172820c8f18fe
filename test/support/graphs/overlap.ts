import type { Entity, FederatedGraph } from "../federated-graph.js";

/** What several subgraphs share: root fields, value types, enums and inputs in parts, nested `@provides`. */

const city = (code: string, name: string | null): Entity => ({ __typename: "City", code, name });
const tours: Entity[] = [
  {
    __typename: "Tour",
    id: "1",
    title: "North",
    season: "WINTER",
    days: 3,
    from: city("OSL", "Oslo"),
    price: 10,
    seats: 4,
  },
  {
    __typename: "Tour",
    id: "2",
    title: null,
    season: "SUMMER",
    days: null,
    from: null,
    price: null,
    seats: 0,
  },
  {
    __typename: "Tour",
    id: "3",
    title: "South",
    season: null,
    days: 9,
    from: city("ROM", null),
    price: new Error("no price"),
    seats: null,
  },
];
const guides: Entity[] = [
  { __typename: "Guide", id: "1", name: "Gro", age: 40, phone: "1" },
  { __typename: "Guide", id: "2", name: null, age: null, phone: new Error("no phone") },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(tours[0], { guide: guides[0], stops: [city("A", "a"), city("B", null)], similar: [tours[1], tours[2]] });
link(tours[1], { guide: guides[1], stops: [], similar: [] });
link(tours[2], { guide: null, stops: null, similar: [tours[0], null] });
link(guides[0], { tours: [tours[0]], home: city("X", "x"), deputy: guides[1] });
link(guides[1], { tours: [tours[1], tours[2]], home: null, deputy: null });

const matching = (_: Entity, args: Readonly<Record<string, unknown>>): unknown => {
  const filter = args["where"] as
    | { season?: string; minDays?: number; not?: { minDays?: number } }
    | null
    | undefined;
  return tours.filter(
    (tour) =>
      (filter?.season === undefined || filter.season === null || tour["season"] === filter.season) &&
      Number(tour["days"] ?? 0) >= Number(filter?.minDays ?? 0),
  );
};

export const overlap: FederatedGraph = {
  name: "overlap",
  subgraphs: {
    tours: `
      type Query { tours(where: TourFilter): [Tour!]! tour(id: ID!): Tour @shareable lead: Guide @shareable }
      input TourFilter { season: Season minDays: Int = 1 not: TourFilter }
      enum Season { WINTER SUMMER }
      type City @shareable { code: ID! name: String }
      type Tour @key(fields: "id") {
        id: ID! title: String @shareable season: Season @shareable days: Int from: City @shareable stops: [City!] guide: Guide @provides(fields: "name home { code }")
      }
      type Guide @key(fields: "id") { id: ID! name: String @external home: City @external }
    `,
    booking: `
      type Query { tour(id: ID!): Tour @shareable busy: [Tour] }
      enum Season { WINTER SUMMER }
      type City @shareable { code: ID! name: String }
      type Tour @key(fields: "id") {
        id: ID! title: String @shareable season: Season @shareable from: City @shareable price: Int seats: Int similar(first: Int = 2): [Tour]
      }
    `,
    people: `
      type Query { guides: [Guide] lead: Guide @shareable }
      type City @shareable { code: ID! name: String }
      type Guide @key(fields: "id") { id: ID! name: String @shareable age: Int phone: String home: City @shareable tours: [Tour!] deputy: Guide }
      type Tour @key(fields: "id", resolvable: false) { id: ID! }
    `,
  },
  resolvers: {
    "Query.tours": matching,
    "Query.tour": (_, args) => tours.find((item) => item["id"] === args["id"]) ?? null,
    "Query.lead": () => guides[0],
    "Query.busy": () => [tours[2], null, tours[0]],
    "Query.guides": () => guides,
    "Tour.similar": (source, args) =>
      (source["similar"] as unknown[]).slice(
        0,
        typeof args["first"] === "number" ? args["first"] : undefined,
      ),
  },
  lookup: (reference) =>
    (reference.__typename === "Tour" ? tours : guides).find((item) => item["id"] === reference["id"]),
  values: { ID: ["1", "2", "3", "9"] },
};
