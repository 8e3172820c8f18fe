import { REVIEWS } from "./data.js";

/** One request body, as a client would send it. */
export interface Operation {
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  readonly operationName?: string;
}

export type WorkloadName = "A" | "B" | "C" | "D" | "E";

/** What is sent, in rotation. */
export interface Workload {
  readonly name: WorkloadName;
  readonly title: string;
  readonly operations: readonly Operation[];
}

const A: Workload = {
  name: "A",
  title: "one subgraph, small answer",
  operations: [{ query: "query Me { me { id name username } }" }],
};

// The operation of the public benchmark of federation gateways (graphql-hive/graphql-gateways-benchmark): users →
// reviews → product → reviews → author → reviews → product, beside topProducts, over four subgraphs.
const B: Workload = {
  name: "B",
  title: "the public gateways benchmark: four subgraphs, long answer",
  operations: [
    {
      query: /* GraphQL */ `
        query Public {
          users { ...U reviews { ...R product { ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } } } }
          topProducts { ...P reviews { ...R author { ...U reviews { ...R product { ...P } } } } }
        }
        fragment U on User { id username name }
        fragment R on Review { id body }
        fragment P on Product { inStock name price shippingEstimate upc weight }
      `,
    },
  ],
};

const C: Workload = {
  name: "C",
  title: "a mutation completed by two other subgraphs",
  operations: [
    {
      query: /* GraphQL */ `
        mutation Add($input: ReviewInput!) {
          addReview(input: $input) { id body product { upc name price } author { id name } }
        }
      `,
      variables: { input: { upc: "3", body: REVIEWS[3]?.body ?? "" } },
      operationName: "Add",
    },
  ],
};

/** Workload D at any length. */
export const itemsOperation = (first: number): Operation => ({
  query: "query Items($first: Int!) { items(first: $first) { sku title cents stock } }",
  variables: { first },
  operationName: "Items",
});

const D: Workload = {
  name: "D",
  title: "1 000 entities across two subgraphs",
  operations: [itemsOperation(1000)],
};

const PRODUCT_FIELDS = ["name", "price", "weight", "inStock", "shippingEstimate"] as const;

/** Distinct small operations: every one has a text, and so a plan, of its own. */
export const distinctOperations = (count: number): readonly Operation[] =>
  Array.from({ length: count }, (_, index) => {
    const fields = PRODUCT_FIELDS.filter((_field, bit) => ((index + 1) >> bit) % 2 === 1).join(" ");
    const deep = index % 2 === 0 ? "reviews { id author { username } }" : "";
    return {
      query: `query Rotate${index} { topProducts(first: ${1 + (index % 5)}) { upc ${fields} ${deep} } }`,
      operationName: `Rotate${index}`,
    };
  });

const E: Workload = {
  name: "E",
  title: "50 distinct operations in rotation",
  operations: distinctOperations(50),
};

/** So many steps of product → reviews → author → reviews → product …, every second one in the same two subgraphs. */
export const nestedOperation = (steps: number): Operation => ({
  query: `query Nested { topProducts(first: 2) ${productBelow(steps)} }`,
  operationName: "Nested",
});

const productBelow = (steps: number): string =>
  steps === 0 ? "{ upc name }" : `{ upc name reviews { id author ${userBelow(steps - 1)} } }`;

const userBelow = (steps: number): string =>
  steps === 0 ? "{ id username }" : `{ id username reviews { id product ${productBelow(steps - 1)} } }`;

export const WORKLOADS: readonly Workload[] = [A, B, C, D, E];
