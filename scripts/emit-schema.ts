// Writes schema/auth.graphql, the auth subgraph's SDL as its resolvers define it. Run by `npm run schema`.
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { emittedSdl } from "../src/auth-subgraph/sdl.js";

const target = fileURLToPath(new URL("../schema/auth.graphql", import.meta.url));
writeFileSync(target, emittedSdl());
