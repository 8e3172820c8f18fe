import type { Entity, FederatedGraph } from "../federated-graph.js";

/** Interfaces of interfaces, unions of entities, members and fields that differ by runtime type. */

const node = (type: string, id: string, fields: object): Entity => ({ __typename: type, id, ...fields });
const cats = [
  node("Cat", "c1", { label: "Tom", lives: 9, size: 4 }),
  node("Cat", "c2", { label: null, lives: null, size: 5 }),
];
const dogs = [
  node("Dog", "d1", { label: "Rex", tricks: ["sit", null], size: "large" }),
  node("Dog", "d2", { label: "Pip", tricks: null, size: null }),
];
const robots = [node("Robot", "r1", { label: "R2", volts: 12.5, size: new Error("unmeasured") })];
const all: Entity[] = [...cats, ...dogs, ...robots];
const homes: Entity[] = [
  { __typename: "Home", id: "h1", street: "Elm" },
  { __typename: "Home", id: "h2", street: null },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(cats[0], {
  friend: dogs[0],
  home: homes[0],
  rivals: [cats[1], robots[0]],
  toy: robots[0],
  score: 1,
  mood: "GLAD",
});
link(cats[1], { friend: null, home: homes[1], rivals: [], toy: null, score: 2, mood: "GRIM" });
link(dogs[0], {
  friend: robots[0],
  home: homes[0],
  rivals: [cats[0], null],
  toy: cats[0],
  score: 3.5,
  mood: null,
});
link(dogs[1], { friend: cats[1], home: null, rivals: null, toy: dogs[0], score: null, mood: "GLAD" });
link(robots[0], {
  friend: dogs[1],
  home: homes[1],
  rivals: [dogs[0]],
  toy: homes[0],
  score: 8,
  mood: "GRIM",
});
link(homes[0], { pets: [[cats[0], dogs[0]], [robots[0]]], guest: cats[1] });
link(homes[1], { pets: [null, []], guest: dogs[1] });

export const abstract: FederatedGraph = {
  name: "abstract",
  subgraphs: {
    beings: `
      type Query { all: [Being] being(id: ID!): Being pets: [Pet!] anything: [Any_] mixed(kind: Kind): Any_ }
      enum Kind { CAT DOG ROBOT HOME }
      interface Being { id: ID! label: String friend: Being }
      interface Pet implements Being { id: ID! label: String friend: Being rivals: [Being] }
      type Cat implements Being & Pet @key(fields: "id") { id: ID! label: String friend: Being rivals: [Being] lives: Int size: Int toy: Any_ }
      type Dog implements Being & Pet @key(fields: "id") { id: ID! label: String friend: Being rivals: [Being] tricks: [String] size: String toy: Being }
      type Robot implements Being @key(fields: "id") { id: ID! label: String friend: Being volts: Float size: Int rivals: [Dog] }
      union Any_ = Cat | Dog | Robot | Home
      type Home @key(fields: "id") { id: ID! }
    `,
    homes: `
      type Query { homes: [Home] scored: [Scored] }
      interface Scored { id: ID! score: Float }
      enum Mood { GLAD GRIM }
      type Home @key(fields: "id") { id: ID! street: String pets: [[Guest]] guest: Guest }
      union Guest = Cat | Dog | Robot
      type Cat implements Scored @key(fields: "id") { id: ID! home: Home score: Float mood: Mood }
      type Dog implements Scored @key(fields: "id") { id: ID! home: Home score: Float mood: Mood }
      type Robot @key(fields: "id") { id: ID! home: Home score: Float }
    `,
  },
  resolvers: {
    "Query.all": () => [cats[0], dogs[0], null, robots[0], cats[1], dogs[1]],
    "Query.being": (_, args) => all.find((item) => item["id"] === args["id"]) ?? null,
    "Query.pets": () => [...cats, ...dogs],
    "Query.anything": () => [...all, ...homes],
    "Query.mixed": (_, args) =>
      [...all, ...homes].find((item) => item.__typename.toUpperCase() === args["kind"]) ?? null,
    "Query.homes": () => homes,
    "Query.scored": () => [dogs[0], cats[0]],
  },
  lookup: (reference) => [...all, ...homes].find((item) => item["id"] === reference["id"]),
  values: { ID: ["c1", "c2", "d1", "d2", "r1", "nobody"] },
};
