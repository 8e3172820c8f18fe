// Writes schema/supergraph.graphql: the demo's subgraphs and the auth subgraph, composed. A test fails on drift.
import { writeFileSync } from "node:fs";
import { demoSupergraph } from "./demo-supergraph.js";

writeFileSync(new URL("../schema/supergraph.graphql", import.meta.url), demoSupergraph());
