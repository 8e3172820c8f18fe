/** The rows behind the benchmark's subgraphs: as many, and as long, as in the public gateways benchmark. */

export interface UserRow {
  readonly id: string;
  readonly name: string;
  readonly username: string;
  readonly birthday: number;
}

export interface ProductRow {
  readonly upc: string;
  readonly name: string;
  readonly price: number;
  readonly weight: number;
  readonly inStock: boolean;
}

export interface ReviewRow {
  readonly id: string;
  readonly body: string;
  readonly upc: string;
}

export interface ItemRow {
  readonly sku: string;
  readonly title: string;
  readonly cents: number;
  readonly stock: number;
}

const WORDS =
  "door hinge key gate bolt latch threshold warden porter lintel arch bell lamp stone garden path oak iron brass light".split(
    " ",
  );

/** Plain words up to a length in characters; the start differs per seed, so no two texts are alike. */
function prose(length: number, seed: number): string {
  let text = "";
  for (let index = seed; text.length < length; index += 1)
    text += `${WORDS[(index * 7 + seed) % WORDS.length]} `;
  return text.slice(0, length - 1).padEnd(length, ".");
}

export const USERS: readonly UserRow[] = [
  "Janus",
  "Carna",
  "Limentinus",
  "Forculus",
  "Portunus",
  "Fides",
].map((name, index) => ({
  id: `${index + 1}`,
  name: `${name} of Rome`,
  username: name.toLowerCase(),
  birthday: 1_234_567_890,
}));

export const PRODUCTS: readonly ProductRow[] = (
  [
    ["Table", 899, 100, true],
    ["Couch", 1299, 1000, false],
    ["Glass", 15, 20, false],
    ["Chair", 499, 100, false],
    ["Screen", 1299, 1000, true],
    ["Lamp", 6999, 300, true],
    ["Grill", 3999, 2000, true],
    ["Fridge", 100_000, 6000, false],
    ["Sofa", 9999, 800, true],
  ] as const
).map(([name, price, weight, inStock], index) => ({ upc: `${index + 1}`, name, price, weight, inStock }));

/** [length of the text, reviewed product]; every user is listed as the author of the first two. */
const REVIEW_SHAPES = [
  [445, "1"],
  [289, "1"],
  [275, "1"],
  [142, "1"],
  [445, "2"],
  [289, "2"],
  [275, "2"],
  [142, "2"],
  [142, "3"],
  [142, "4"],
  [860, "4"],
] as const;

export const REVIEWS: readonly ReviewRow[] = REVIEW_SHAPES.map(([length, upc], index) => ({
  id: `${index + 1}`,
  body: prose(length, index),
  upc,
}));

export const MAX_ITEMS = 10_000;

/** One row of the long list; created on request, because only workload D and the growth curves need it. */
export const itemAt = (index: number): ItemRow => ({
  sku: `item-${index}`,
  title: prose(24, index),
  cents: 100 + ((index * 37) % 9000),
  stock: (index * 13) % 50,
});

/** The row a `sku` names. @throws Error for a name that is no item's */
export function itemBySku(sku: string): ItemRow {
  const index = Number(sku.slice("item-".length));
  if (!Number.isInteger(index) || index < 0 || index >= MAX_ITEMS) throw new Error(`no item ${sku}`);
  return itemAt(index);
}
