import type { Entity, FederatedGraph } from "../federated-graph.js";

/**
 * Types split among subgraphs: root fields of three subgraphs, enums and unions of which each declares some members,
 * fields nullable in one and not in another, interfaces of interfaces, hidden members, input types in two parts, and
 * mutations whose results other subgraphs complete.
 */

const place = (type: string, id: string, fields: object): Entity => ({ __typename: type, id, ...fields });
const places: Entity[] = [
  place("Hotel", "1", { name: "Astra", stars: 4, state: "OPEN", code: "h1", rooms: 10, open: true }),
  place("Hotel", "2", { name: null, stars: null, state: "SHUT", code: "h2", rooms: null, open: false }),
  place("Museum", "3", {
    name: "Glass",
    fee: 2.5,
    state: "SECRET",
    code: "m3",
    open: true,
    topics: [["a"], [], [null]],
  }),
  place("Vault", "4", { name: "Hidden", state: "OPEN", code: "v4", open: true }),
  place("Museum", "5", { name: "Wood", fee: null, state: null, code: "m5", open: null, topics: null }),
];
const guests: Entity[] = [
  { __typename: "Guest", id: "g1", name: "Ada", mail: "a@x", level: "GOLD", score: 1.5 },
  { __typename: "Guest", id: "g2", name: "Bo", mail: null, level: "BASIC", score: new Error("no score") },
  { __typename: "Guest", id: "g3", name: "Cyn", mail: "c@x", level: null, score: null },
];
const stays: Entity[] = [
  { __typename: "Stay", id: "s1", nights: 3, note: "ok" },
  { __typename: "Stay", id: "s2", nights: 1, note: null },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(places[0], {
  near: [places[1], places[2]],
  cube: [[[guests[0]], []], [], [[guests[1], null], [guests[2]]]],
});
link(places[1], { near: [], cube: null });
link(places[2], { near: [places[0], null], cube: [[[]], [[guests[0], guests[1]]]] });
link(places[3], { near: null, cube: null });
link(places[4], { near: [places[4]], cube: [[null, [guests[2]]], []] });
link(guests[0], { stays: [stays[0], stays[1]], liked: [places[0], stays[0], guests[1]], home: places[0] });
link(guests[1], { stays: [], liked: [places[2]], home: places[2] });
link(guests[2], { stays: null, liked: [], home: null });
link(stays[0], { guest: guests[0], at: places[0], subject: places[2] });
link(stays[1], { guest: guests[2], at: places[1], subject: guests[1] });

type Args = Readonly<Record<string, unknown>>;
const byId = (rows: readonly Entity[], id: unknown): Entity | null =>
  rows.find((row) => row["id"] === id) ?? null;
const greet = (source: Entity, args: Args): unknown => {
  const how = args["how"] as {
    word?: string;
    loud?: boolean;
    moods?: string[];
    inner?: { word?: string };
  } | null;
  if (source["name"] instanceof Error) return source["name"];
  const text = [how?.word, how?.inner?.word, ...(how?.moods ?? []), source["name"]].join(" ");
  return how?.loud === true ? text.toUpperCase() : text;
};
const open = places.filter((one) => one.__typename !== "Vault");

export const mixture: FederatedGraph = {
  name: "mixture",
  subgraphs: {
    places: `
      type Query { places: [Place] hotel(id: ID!): Hotel @shareable spots: [Spot!] things: [Thing] shared: Guest @shareable }
      type Mutation { openPlace(id: ID!, state: State): Place addGuest(name: String!): Guest }
      enum State { OPEN SHUT SECRET @inaccessible }
      interface Thing { id: ID! name: String }
      interface Place implements Thing { id: ID! name: String state: State near(first: Int): [Place] }
      type Hotel implements Place & Thing @key(fields: "id") @key(fields: "code") {
        id: ID! code: String! name: String state: State @shareable near(first: Int): [Place]
      }
      type Museum implements Place & Thing @key(fields: "id") @key(fields: "code") {
        id: ID! code: String! name: String state: State @shareable near(first: Int): [Place]
      }
      type Vault implements Thing @key(fields: "id") @inaccessible { id: ID! name: String state: State }
      union Spot = Hotel | Museum | Vault
      type Guest @key(fields: "id") { id: ID! }
    `,
    guests: `
      type Query { guests: [Guest!]! shared: Guest @shareable guest(id: ID!, level: Level): Guest }
      type Mutation { rename(id: ID!, name: String): Guest visit(guest: ID!, at: ID!): Stay }
      enum Level { BASIC GOLD }
      enum Mood { GLAD GRIM }
      input How { word: String = "hey" loud: Boolean! = false moods: [Mood!] inner: How }
      interface Place { id: ID! }
      type Hotel implements Place @key(fields: "id") { id: ID! guests: [Guest!] }
      type Museum implements Place @key(fields: "id") { id: ID! }
      union Liked = Hotel | Museum | Stay | Guest
      type Guest @key(fields: "id") {
        id: ID! name: String! @shareable greeting(how: How): String
        liked: [Liked] home: Place stays: [Stay!]
      }
      type Stay @key(fields: "id") { id: ID! }
    `,
    stays: `
      type Query { shared: Guest @shareable hotel(id: ID!): Hotel @shareable stays(least: Int = 1): [Stay] }
      type Mutation { book(id: ID!): Stay! }
      enum State { OPEN SHUT SECRET @inaccessible }
      interface Place { id: ID! open: Boolean }
      type Hotel implements Place @key(fields: "code") @key(fields: "id") {
        id: ID! code: String! state: State @shareable stars: Int rooms: Int open: Boolean cube: [[[Guest]]]
      }
      type Museum implements Place @key(fields: "code") @key(fields: "id") {
        id: ID! code: String! state: State @shareable fee: Float open: Boolean topics: [[String]!] cube: [[[Guest]!]]
      }
      union Subject = Hotel | Museum | Guest
      enum Level { BASIC GOLD }
      type Guest @key(fields: "id") { id: ID! name: String @shareable score: Float mail: String @inaccessible level: Level }
      type Stay @key(fields: "id") { id: ID! nights: Int! note: String guest: Guest! at: Place subject: Subject }
    `,
  },
  resolvers: {
    "Query.places": () => [places[0], places[2], null, places[1]],
    "Query.spots": () => open,
    "Query.hotel": (_, args) =>
      places.find((one) => one["id"] === args["id"] && one.__typename === "Hotel") ?? null,
    "Query.shared": () => guests[1],
    "Query.guests": () => guests.slice(0, 2),
    "Query.guest": (_, args) => {
      const found = byId(guests, args["id"]);
      return args["level"] === undefined || found?.["level"] === args["level"] ? found : null;
    },
    "Query.stays": (_, args) => stays.filter((one) => Number(one["nights"]) >= Number(args["least"] ?? 0)),
    "Mutation.openPlace": (_, args) => byId(open, args["id"]),
    "Mutation.addGuest": (_, args) => guests.find((one) => one["name"] === args["name"]) ?? null,
    "Mutation.rename": (_, args) => (args["name"] === null ? new Error("no name") : byId(guests, args["id"])),
    "Mutation.visit": (_, args) =>
      stays.find((one) => (one["guest"] as Entity)["id"] === args["guest"]) ?? null,
    "Mutation.book": (_, args) => byId(stays, args["id"]) ?? new Error("no stay"),
    "Guest.greeting": greet,
    "Hotel.near": (source, args) => first(source, args),
    "Museum.near": (source, args) => first(source, args),
    "Hotel.guests": (source) => (source["id"] === "1" ? [guests[0], guests[1]] : null),
  },
  lookup: (reference) => {
    if (reference.__typename === "Guest") return byId(guests, reference["id"]) ?? undefined;
    if (reference.__typename === "Stay") return byId(stays, reference["id"]) ?? undefined;
    return places.find((one) => one["id"] === reference["id"] || one["code"] === reference["code"]);
  },
  values: { ID: ["1", "2", "3", "5", "g1", "g2", "g3", "s1", "s2", "nobody"], String: ["Ada", "x", ""] },
};

const first = (source: Entity, args: Args): unknown =>
  typeof args["first"] === "number" && Array.isArray(source["near"])
    ? source["near"].slice(0, args["first"])
    : source["near"];
