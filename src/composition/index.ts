export { demandText } from "../authorization/demand-text.js";
export { AUTH_SUBGRAPH_URL, type AuthSubgraphCheck, authSubgraphProblems } from "./auth-subgraph.js";
export { assertSupergraphHonours, compareSupergraph } from "./compare.js";
export { type ComposedSupergraph, composeSubgraphs } from "./compose.js";
export { diffSupergraphs, type OpenedCoordinate, type SupergraphDiff } from "./diff.js";
export { composeWithAuthSubgraph, type Graft, graftAuthSubgraph } from "./graft.js";
export { type LintOptions, lintSubgraphs } from "./lint.js";
export { type ParsedSubgraph, parseSubgraphs, type SubgraphSource } from "./subgraph.js";
