export { AUTH_SUBGRAPH_URL, type AuthSubgraphCheck, authSubgraphProblems } from "./auth-subgraph.js";
export { assertSupergraphHonours, compareSupergraph, uncomparedSubgraphs } from "./compare.js";
export { type ComposedSupergraph, composeSubgraphs } from "./compose.js";
export { type ChangedCoordinate, diffEffective, type SupergraphDiff } from "./diff.js";
export { diffSupergraphs } from "./diff-supergraphs.js";
export { type Effective, effectiveOf } from "./effective.js";
export { composeWithAuthSubgraph, type Graft, graftAuthSubgraph } from "./graft.js";
export type { LintOptions } from "./lint.js";
export type { ParsedSubgraph, SubgraphSource } from "./subgraph.js";
