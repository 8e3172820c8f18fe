import type { Entity, FederatedGraph } from "../federated-graph.js";

/** `@requires` with arguments, nested, chained and through lists; `@provides`; `@override`; shared value types. */

const size = (w: number, h: number): Entity => ({ __typename: "Size", w, h, unit: "CM" });
const boxes: Entity[] = [
  { __typename: "Box", id: "1", size: size(2, 3), weight: 10, note: "ok", owner: "ann", zip: "111" },
  { __typename: "Box", id: "2", size: null, weight: null, note: null, owner: null, zip: "222" },
  {
    __typename: "Box",
    id: "3",
    size: size(5, 5),
    weight: 7,
    note: new Error("no note"),
    owner: "cy",
    zip: null,
  },
];
const trucks: Entity[] = [
  { __typename: "Truck", id: "1", plate: "T1", limit: 12 },
  { __typename: "Truck", id: "2", plate: "T2", limit: null },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(trucks[0], { boxes: [boxes[0], boxes[1]], rows: [[boxes[0]], [boxes[2], null]] });
link(trucks[1], { boxes: [boxes[2]], rows: null });
link(boxes[0], {
  truck: trucks[0],
  inner: [boxes[1], boxes[2]],
  parts: [
    { __typename: "Piece", n: 1 },
    { __typename: "Piece", n: 2 },
  ],
});
link(boxes[1], { truck: trucks[0], inner: [], parts: [] });
link(boxes[2], { truck: null, inner: null, parts: null });

const areaOf = (value: unknown): number | null => {
  const found = value as { w?: number; h?: number } | null | undefined;
  return found === null || found === undefined ? null : Number(found.w) * Number(found.h);
};
const weigh = (value: unknown, unit: unknown): unknown =>
  typeof value === "number" && unit === "G" ? value * 1000 : value;

export const requires: FederatedGraph = {
  name: "requires",
  subgraphs: {
    boxes: `
      type Query { boxes: [Box!]! box(id: ID = "1"): Box }
      enum Unit { KG G }
      enum Length { CM }
      type Size @shareable { w: Int! h: Int! unit: Length }
      type Piece @shareable { n: Int }
      type Box @key(fields: "id") {
        id: ID! size: Size weight(unit: Unit = KG): Int note: String @override(from: "labels") owner: String @shareable
        inner: [Box!] parts: [Piece!] zip: String
      }
    `,
    freight: `
      type Query { trucks: [Truck] heaviest: Box @provides(fields: "owner") }
      enum Unit { KG G }
      enum Length { CM }
      type Size @shareable { w: Int! h: Int! unit: Length }
      type Piece @shareable { n: Int }
      type Truck @key(fields: "id") { id: ID! plate: String limit: Int boxes: [Box] rows: [[Box]] }
      type Box @key(fields: "id") {
        id: ID! owner: String @external size: Size @external weight(unit: Unit): Int @external parts: [Piece!] @external
        truck: Truck
        area: Int @requires(fields: "size { w h }")
        grams: Int @requires(fields: "weight(unit: G)")
        pieces: Int @requires(fields: "parts { n }")
      }
    `,
    labels: `
      type Query { labels: [Box] }
      type Box @key(fields: "id") {
        id: ID! note: String area: Int @external zip: String @external grams: Int @external
        label(prefix: String = "#"): String @requires(fields: "area zip")
        heavy: Boolean @requires(fields: "grams area")
      }
    `,
  },
  resolvers: {
    "Query.boxes": () => boxes,
    "Query.box": (_, args) => boxes.find((item) => item["id"] === args["id"]) ?? null,
    "Query.trucks": () => [trucks[0], trucks[1], null],
    "Query.heaviest": () => boxes[0],
    "Query.labels": () => [boxes[2], boxes[0]],
    "Box.weight": (source, args) => weigh(source["weight"], args["unit"] ?? "KG"),
    "Box.area": (source) => areaOf(source["size"]),
    "Box.grams": (source) => (source["__sent"] === true ? source["weight"] : weigh(source["weight"], "G")),
    "Box.pieces": (source) => {
      const list = source["parts"] as { n: number }[] | null | undefined;
      return list === null || list === undefined ? null : list.reduce((sum, { n }) => sum + n, 0);
    },
    "Box.label": (source, args) => {
      const area = source["__sent"] === true ? source["area"] : areaOf(source["size"]);
      return `${String(args["prefix"])}${String(area)}-${String(source["zip"])}`;
    },
    "Box.heavy": (source) => {
      const sent = source["__sent"] === true;
      const grams = sent ? source["grams"] : weigh(source["weight"], "G");
      const area = sent ? source["area"] : areaOf(source["size"]);
      return grams === null || area === null ? null : Number(grams) > Number(area) * 1000;
    },
  },
  lookup: (reference) =>
    (reference.__typename === "Truck" ? trucks : boxes).find((item) => item["id"] === reference["id"]),
  values: { ID: ["1", "2", "3", "4"] },
};
