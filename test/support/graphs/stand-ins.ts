import type { Entity, FederatedGraph } from "../federated-graph.js";

/**
 * `@interfaceObject` beside everything else: what it adds requires what the types own, or what another interface
 * object added; several and nested keys; provided fields; own fields of the concrete types in three subgraphs; and an
 * interface that nobody implements.
 */

const account = (type: string, id: string, fields: object): Entity => ({
  __typename: type,
  id,
  ...fields,
});
const asset = (type: string, code: string, n: number | null, fields: object): Entity => ({
  __typename: type,
  tag: { __typename: "Tag", code, n },
  ...fields,
});
const accounts: Entity[] = [
  account("User", "1", { name: "Ada", age: 36, email: "ada@x", nick: "a", rank: 3 }),
  account("User", "2", { name: null, age: null, email: new Error("no mail"), nick: "b", rank: null }),
  account("Bot", "3", { name: "Hal", model: "9000", nick: null, speed: 7 }),
  account("Team", "4", { name: "Crew", size: 2, nick: "crew", motto: new Error("no motto") }),
  account("Bot", "5", { name: "Eva", model: null, nick: "e", speed: null }),
];
const badges: Entity[] = [
  { __typename: "Badge", id: "b1", title: "gold" },
  { __typename: "Badge", id: "b2", title: null },
];
const assets: Entity[] = [
  asset("Car", "a", 1, { label: "fast", wheels: 4, worth: 9 }),
  asset("Boat", "b", null, { label: null, sails: 2, worth: null }),
  asset("Boat", "c", 3, { label: "slow", sails: null, worth: new Error("no worth") }),
];
const nodes: Entity[] = [
  { __typename: "Node", id: "n1", field: "f1", size: 1 },
  { __typename: "Node", id: "n2", field: null, size: null },
  { __typename: "Node", id: "n3", field: new Error("no field"), size: 3 },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(accounts[0], { boss: accounts[3], peers: [accounts[1], accounts[2]], badge: badges[0], of: nodes[0] });
link(accounts[1], { boss: accounts[0], peers: [], badge: null, of: null });
link(accounts[2], { boss: null, badge: badges[1], twin: accounts[0], of: nodes[1] });
link(accounts[3], { boss: accounts[2], members: [[accounts[0], null], [], [accounts[4]]], badge: badges[0] });
link(accounts[4], { boss: accounts[4], badge: null, twin: null, of: nodes[2] });
link(badges[0], { holder: accounts[0], holders: [[accounts[3]], [accounts[2], accounts[0]]] });
link(badges[1], { holder: null, holders: [null, [accounts[1]]] });
link(assets[0], { keeper: accounts[1], badge: badges[0] });
link(assets[1], { keeper: accounts[2], badge: null });
link(assets[2], { keeper: null, badge: badges[1] });
link(badges[0], { marks: [[assets[0], null], [], [assets[2]]] });
link(badges[1], { marks: null });
link(nodes[0], { next: nodes[1], owner: accounts[2], all: [[nodes[1]], [nodes[2], nodes[0]]] });
link(nodes[1], { next: null, owner: accounts[3], all: null });
link(nodes[2], { next: nodes[0], owner: null, all: [] });

type Args = Readonly<Record<string, unknown>>;
const nameOf = (value: unknown): string => String((value as Entity | null | undefined)?.["name"] ?? "-");
const usernameOf = (source: Entity, isUpper: unknown): string => {
  const text = `@${nameOf(source)}`;
  return isUpper === true ? text.toUpperCase() : text;
};

const added: Readonly<Record<string, (source: Entity, args: Args) => unknown>> = {
  username: (source, args) => usernameOf(source, args["upper"]),
  handle: (source) => {
    const username = source["__sent"] === true ? source["username"] : usernameOf(source, true);
    return `${String(username)}/${String(source["nick"])}`;
  },
  chief: (source) => {
    const boss = source["boss"] as Entity | null | undefined;
    return boss === null || boss === undefined ? null : `${String(boss["id"])}:${nameOf(boss)}`;
  },
};
/** What an interface object adds: of the interface over there, of each type in the monolith. */
const addedToAll = (typeNames: readonly string[]) =>
  Object.fromEntries(
    typeNames.flatMap((type) =>
      Object.entries(added).map(([field, resolve]) => [`${type}.${field}`, resolve] as const),
    ),
  );
const byId = (rows: readonly Entity[], id: unknown): Entity | null =>
  rows.find((row) => row["id"] === id) ?? null;

export const standIns: FederatedGraph = {
  name: "stand-ins",
  subgraphs: {
    core: `
      type Query { accounts: [Account] account(id: ID!): Account users: [User!] grid: [[Account]] anyone: [Anyone] assets: [Asset] }
      union Anyone = User | Bot | Team | Badge
      interface Account @key(fields: "id") { id: ID! name: String boss: Account }
      type Tag @shareable { code: String! n: Int }
      interface Asset @key(fields: "tag { code n }") { tag: Tag! label: String keeper: Account }
      type Car implements Asset @key(fields: "tag { code n }") { tag: Tag! label: String keeper: Account wheels: Int }
      type Boat implements Asset @key(fields: "tag { code n }") { tag: Tag! label: String keeper: Account sails: Int }
      type User implements Account @key(fields: "id") {
        id: ID! name: String boss: Account age: Int peers: [Account!]
      }
      type Bot implements Account @key(fields: "id") {
        id: ID! name: String boss: Account model: String twin: User
      }
      type Team implements Account @key(fields: "id") {
        id: ID! name: String boss: Account size: Int members: [[Account]]
      }
      type Badge @key(fields: "id", resolvable: false) { id: ID! }
    `,
    names: `
      type Query { named: [Account!] nodes: [Node] node(id: ID!): Node }
      type Account @key(fields: "id") @interfaceObject {
        id: ID! name: String @external username(upper: Boolean = false): String @requires(fields: "name")
        nick: String @shareable of: Node
      }
      type Node @key(fields: "id") @interfaceObject { id: ID! field: String next: Node all: [[Node]] }
    `,
    handles: `
      type Account @key(fields: "id") @interfaceObject {
        id: ID! username(upper: Boolean): String @external nick: String @external
        boss: Account @external name: String @external
        handle: String @requires(fields: "username(upper: true) nick")
        chief: String @requires(fields: "boss { id name }")
      }
      type Query { listed: [Account] @provides(fields: "nick") chiefs: [[Account]] }
    `,
    badges: `
      type Query { badges: [Badge] tagged: [Asset!] }
      type Tag @shareable { code: String! n: Int }
      type Asset @key(fields: "tag { code n }") @interfaceObject { tag: Tag! badge: Badge worth: Int }
      type Account @key(fields: "id") @interfaceObject { id: ID! badge: Badge }
      type Badge @key(fields: "id") { id: ID! title: String holder: Account holders: [[Account]] marks: [[Asset]] }
    `,
    staff: `
      type Query { staff: [User] bots: [Bot] }
      type User @key(fields: "id") {
        id: ID! email: String rank: Int name: String @external greeting: String @requires(fields: "name")
      }
      type Bot @key(fields: "id") { id: ID! speed: Int }
      type Team @key(fields: "id") { id: ID! motto: String }
      interface Node @key(fields: "id") { id: ID! }
    `,
    sizes: `
      type Node @key(fields: "id") @interfaceObject { id: ID! size: Int owner: Account }
      type Account @key(fields: "id", resolvable: false) @interfaceObject { id: ID! }
    `,
  },
  resolvers: {
    "Query.accounts": () => [accounts[0], null, accounts[2], accounts[3], accounts[1]],
    "Query.account": (_, args) => byId(accounts, args["id"]),
    "Query.users": () => [accounts[0], accounts[1]],
    "Query.grid": () => [[accounts[3], accounts[4]], [], null, [accounts[0], null]],
    "Query.anyone": () => [accounts[0], badges[0], accounts[2], null, badges[1]],
    "Query.named": () => [accounts[4], accounts[0], accounts[1]],
    "Query.nodes": () => [nodes[0], null, nodes[2]],
    "Query.node": (_, args) => byId(nodes, args["id"]),
    "Query.listed": () => [accounts[2], accounts[0], null, accounts[3]],
    "Query.chiefs": () => [[accounts[3]], [], [accounts[0], accounts[1]]],
    "Query.badges": () => badges,
    "Query.assets": () => [assets[1], null, assets[0]],
    "Query.tagged": () => [assets[0], assets[2]],
    "Query.staff": () => [accounts[1], accounts[0]],
    "Query.bots": () => [accounts[2], accounts[4]],
    "User.greeting": (source) => `hi ${nameOf(source)}`,
    ...addedToAll(["Account", "User", "Bot", "Team"]),
  },
  lookup: (reference) => {
    const { id } = reference;
    if (reference.__typename === "Badge") return byId(badges, id) ?? undefined;
    if (reference.__typename === "Node") return byId(nodes, id) ?? undefined;
    const code = (reference["tag"] as Entity | undefined)?.["code"];
    if (code !== undefined) return assets.find((one) => (one["tag"] as Entity)["code"] === code);
    return byId(accounts, id) ?? undefined;
  },
  values: { ID: ["1", "2", "3", "4", "5", "n1", "n2", "nobody"] },
};
