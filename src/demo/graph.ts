import type { GraphQLSchema } from "graphql";
import { monolithSchema as buildMonolith } from "./executable.js";
import type { DemoSubgraph } from "./subgraph.js";
import { accounts } from "./subgraphs/accounts.js";
import { products } from "./subgraphs/products.js";
import { reviews } from "./subgraphs/reviews.js";

/** The demo's subgraphs, in the order they are printed. */
export const DEMO_SUBGRAPHS: readonly DemoSubgraph[] = [accounts, products, reviews];

/** Every scope in the demo's directives, and the one of the auth subgraph. Alice has them all. */
export const DEMO_SCOPES: readonly string[] = [
  "users:read",
  "users:email",
  "support",
  "products:cost",
  "products:preview",
  "products:write",
  "reviews:moderate",
  "reviews:write",
  "staff",
  "finance",
  "cardea:sessions:admin",
];

/** The demo graph without federation, for differential tests; `contextValue` is a `DemoContext`. */
export const monolithSchema = (): GraphQLSchema => buildMonolith(DEMO_SUBGRAPHS);
