import type { Entity, FederatedGraph } from "../federated-graph.js";

/** Custom scalars, numbers at their limits, non-null chains that break, prototype names as fields and keys. */

const row = (id: string, fields: object): Entity => ({ __typename: "Row", id, ...fields });
const boom = (text: string): Error => new Error(text);
const rows: Entity[] = [
  row("1", {
    json: { a: [1, { b: null }], constructor: "x", __typename: "Fake" },
    big: 9007199254740991,
    int: 2147483647,
    float: 1e-7,
    strict: 1,
    constructor: "c1",
    toString: 1,
  }),
  row("2", {
    json: [[], {}, "s"],
    big: -0.5,
    int: -2147483648,
    float: 1e21,
    strict: null,
    constructor: null,
    toString: null,
  }),
  row("3", {
    json: "text",
    big: 0,
    int: 0,
    float: 3,
    strict: boom("strict"),
    constructor: "c3",
    toString: 7,
  }),
  row("4", {
    json: null,
    big: null,
    int: null,
    float: null,
    strict: 4,
    constructor: boom("ctor"),
    toString: 0,
  }),
];
const cells: Entity[] = [
  { __typename: "Cell", id: "a", text: "x", must: "m" },
  { __typename: "Cell", id: "b", text: boom("cell"), must: boom("must") },
  { __typename: "Cell", id: "c", text: null, must: null },
];
const link = (target: Entity | undefined, fields: object): void => void Object.assign(target ?? {}, fields);
link(rows[0], {
  cells: [cells[0], cells[0]],
  grid: [[cells[0]], [cells[1]]],
  next: rows[1],
  best: cells[0],
  meta: { __typename: "Meta", hasOwnProperty: "h", valueOf: 1 },
});
link(rows[1], { cells: [cells[1]], grid: [[cells[2], cells[0]]], next: rows[2], best: cells[1], meta: null });
link(rows[2], {
  cells: [cells[2], cells[0]],
  grid: [],
  next: null,
  best: cells[2],
  meta: { __typename: "Meta", hasOwnProperty: null, valueOf: boom("v") },
});
link(rows[3], {
  cells: [],
  grid: null,
  next: rows[3],
  best: boom("best"),
  meta: { __typename: "Meta", hasOwnProperty: "i", valueOf: null },
});
for (const cell of cells) link(cell, { row: rows[0], back: rows[1] });

export const values: FederatedGraph = {
  name: "values",
  subgraphs: {
    rows: `
      scalar JSON
      scalar Big
      type Query { rows: [Row] row(id: ID!): Row! maybe(id: ID!): Row echo(json: JSON, big: Big): JSON }
      type Meta { hasOwnProperty: String valueOf: Int }
      type Row @key(fields: "id") {
        id: ID! json: JSON big: Big int: Int float: Float strict: Int! constructor: String toString: Int next: Row meta: Meta
      }
    `,
    cells: `
      type Query { cells: [Cell!]! }
      type Row @key(fields: "id") { id: ID! cells: [Cell!] grid: [[Cell!]!] best: Cell! }
      type Cell @key(fields: "id") { id: ID! row: Row! back: Row }
    `,
    texts: `
      type Query { first: Cell! }
      type Cell @key(fields: "id") { id: ID! text: String must: String! }
    `,
  },
  resolvers: {
    "Query.rows": () => [...rows, null],
    "Query.row": (_, args) => rows.find((item) => item["id"] === args["id"]) ?? new Error("no row"),
    "Query.maybe": (_, args) => rows.find((item) => item["id"] === args["id"]) ?? null,
    "Query.echo": (_, args) => args["json"] ?? args["big"] ?? null,
    "Query.cells": () => cells,
    "Query.first": () => cells[0],
  },
  lookup: (reference) =>
    (reference.__typename === "Row" ? rows : cells).find((item) => item["id"] === reference["id"]),
  values: {
    ID: ["1", "2", "3", "4", "9"],
    JSON: [1, "s", true],
    Big: [123456789012345, 0.25],
  },
};
