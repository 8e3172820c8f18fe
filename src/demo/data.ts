/**
 * The demo's data: small, invented, and the same at every start.
 *
 * Resolvers pass entities as references (`{ __typename, id }`), and every field looks up its value here. So the
 * subgraphs and the monolith can use the same resolvers.
 */
export interface UserRow {
  readonly id: string;
  readonly name: string;
  email: string;
  readonly wallet: { readonly balance: number; readonly cards: readonly CardRow[] };
  readonly auditLog: readonly string[];
}

export interface CardRow {
  readonly brand: string;
  readonly lastFour: string;
}

export interface ProductRow {
  readonly kind: "Book" | "Film" | "Prototype";
  readonly id: string;
  readonly name: string;
  /** Cents. */
  price: number;
  /** Cents; the price that the shop pays. */
  readonly cost: number;
  readonly related: readonly string[];
  readonly pages?: number;
  readonly format?: "HARDCOVER" | "PAPERBACK";
  readonly minutes?: number;
  readonly codename?: string;
}

export interface ShopRow {
  readonly id: string;
  readonly city: string;
}

export interface ReviewRow {
  readonly id: string;
  readonly stars: number;
  readonly text: string;
  likes: number;
  hidden: boolean;
  /** Absent for a review whose author closed the account. */
  readonly authorId?: string;
  readonly productId: string;
  readonly reportedBy: readonly string[];
}

export interface DemoData {
  readonly users: ReadonlyMap<string, UserRow>;
  readonly products: ReadonlyMap<string, ProductRow>;
  readonly shops: ReadonlyMap<string, ShopRow>;
  readonly reviews: Map<string, ReviewRow>;
}

const byId = <Row extends { readonly id: string }>(rows: readonly Row[]): Map<string, Row> =>
  new Map(rows.map((row) => [row.id, row]));

/** Creates a new copy, so that mutations of one process or test do not affect another. */
export function createDemoData(): DemoData {
  return {
    users: byId<UserRow>([
      {
        id: "u1",
        name: "Alice Archer",
        email: "alice@shop.example",
        wallet: {
          balance: 12_050,
          cards: [
            { brand: "Visa", lastFour: "4242" },
            { brand: "Maestro", lastFour: "0007" },
          ],
        },
        auditLog: ["signed up", "bought b1"],
      },
      {
        id: "u2",
        name: "Bob Baker",
        email: "bob@shop.example",
        wallet: { balance: 310, cards: [{ brand: "Visa", lastFour: "1881" }] },
        auditLog: ["signed up"],
      },
      {
        id: "u3",
        name: "Carol Chandler",
        email: "carol@shop.example",
        wallet: { balance: 0, cards: [] },
        auditLog: [],
      },
    ]),
    products: byId<ProductRow>([
      {
        kind: "Book",
        id: "b1",
        name: "Hinges of the Ancient World",
        price: 2_400,
        cost: 900,
        related: ["f1", "p1"],
        pages: 312,
        format: "HARDCOVER",
      },
      {
        kind: "Book",
        id: "b2",
        name: "Doors and How to Fix Them",
        price: 1_250,
        cost: 410,
        related: ["b1"],
        pages: 96,
        format: "PAPERBACK",
      },
      {
        kind: "Film",
        id: "f1",
        name: "The Gatekeeper",
        price: 990,
        cost: 300,
        related: ["b1"],
        minutes: 104,
      },
      { kind: "Film", id: "f2", name: "Threshold", price: 1_190, cost: 350, related: [], minutes: 88 },
      {
        kind: "Prototype",
        id: "p1",
        name: "Self-oiling hinge",
        price: 8_900,
        cost: 7_700,
        related: ["b2"],
        codename: "Janus",
      },
    ]),
    shops: byId<ShopRow>([
      { id: "s1", city: "Hingham" },
      { id: "s2", city: "Doorn" },
    ]),
    reviews: byId<ReviewRow>([
      aReview("r1", 5, "Opens well.", 3, "u2", "b1", []),
      aReview("r2", 2, "Squeaks in act two.", 1, "u3", "f1", ["u1"]),
      aReview("r3", 4, "Secret, but good.", 0, "u1", "p1", []),
      aReview("r4", 3, "Fixed my door.", 0, undefined, "b2", []),
      aReview("r5", 1, "Lost my keys.", 7, "u2", "f1", ["u1", "u3"]),
    ]),
  };
}

const aReview = (
  id: string,
  stars: number,
  text: string,
  likes: number,
  authorId: string | undefined,
  productId: string,
  reportedBy: readonly string[],
): ReviewRow => ({
  id,
  stars,
  text,
  likes,
  hidden: false,
  ...(authorId === undefined ? {} : { authorId }),
  productId,
  reportedBy,
});
