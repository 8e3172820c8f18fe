/**
 * The import rules of `src/`: which module may import which other module, and which packages.
 *
 * A module is a folder of `src/` or a file that lies directly in it. An entry of `may` is a module (`sessions`) or one
 * file of a module (`tokens/jwks`). A module may always import itself.
 */
export interface Module {
  readonly may: readonly string[] | "all";
  readonly packages: readonly string[] | "all";
  /** The module touches no file, socket or process. */
  readonly noInputOutput?: true;
}

export const MODULES: Readonly<Record<string, Module>> = {
  domain: { may: [], packages: [], noInputOutput: true },
  /** Documents and supergraphs as data: no decision of ours, no state. */
  graphql: { may: [], packages: ["graphql"], noInputOutput: true },
  caching: { may: [], packages: [], noInputOutput: true },

  tokens: { may: ["domain", "caching"], packages: ["jose"] },
  identity: { may: ["domain", "tokens", "caching"], packages: ["jose"] },
  limits: { may: ["domain"], packages: [], noInputOutput: true },
  credentials: {
    may: ["domain"],
    packages: ["@node-rs/argon2"],
  },
  sessions: {
    may: ["domain", "tokens", "credentials/provider", "credentials/user-directory", "limits"],
    packages: [],
    noInputOutput: true,
  },
  authorization: { may: ["domain", "graphql"], packages: ["graphql"], noInputOutput: true },

  /** Which client a request comes from, proven by secret or signature. */
  "client-auth": { may: ["domain", "tokens", "limits"], packages: [], noInputOutput: true },

  stores: {
    may: ["domain", "sessions", "limits", "credentials/user-directory"],
    packages: ["ioredis", "yaml"],
  },
  composition: {
    may: ["domain", "authorization", "graphql"],
    packages: ["graphql", "@theguild/federation-composition"],
    noInputOutput: true,
  },
  /** Who reaches what in a graph, as data and as one page. */
  "access-map": {
    may: ["domain", "authorization", "composition"],
    packages: ["graphql"],
    noInputOutput: true,
  },
  "auth-subgraph": {
    // It implements the port that federation declares for a subgraph in this process.
    may: ["domain", "sessions", "federation/subgraph/local"],
    packages: [
      "type-graphql",
      "graphql",
      "graphql-scalars",
      "@graphql-tools/utils",
      "reflect-metadata",
      "dataloader",
    ],
  },
  federation: {
    may: ["domain", "graphql", "caching", "tokens", "authorization"],
    packages: ["graphql", "undici", "@apollo/server-gateway-interface"],
  },
  server: {
    may: ["domain", "graphql", "caching", "federation", "sessions/delivery"],
    packages: ["@apollo/server", "graphql", "@apollo/server-gateway-interface"],
  },
  http: {
    may: ["domain", "server", "federation", "limits", "client-auth", "sessions/delivery"],
    packages: ["cookie"],
  },
  telemetry: { may: ["domain"], packages: ["pino", "prom-client"] },
  config: { may: ["domain"], packages: ["zod", "yaml", "jiti"] },

  client: { may: [], packages: ["react"], noInputOutput: true },
  /** Runs in a browser and headless. */
  tour: { may: ["domain"], packages: [], noInputOutput: true },
  /** Runs in the browser. Of the server's modules it takes types, and the pictures of the access map. */
  page: {
    may: [
      "client",
      "http/page/contract",
      "tour",
      "access-map/model",
      "access-map/pictures/changes",
      "access-map/pictures/phrases",
      "access-map/pictures/subgraphs",
      "access-map/pictures/thief",
      "access-map/pictures/who",
    ],
    packages: [
      "preact",
      "codemirror",
      "@codemirror/autocomplete",
      "@codemirror/commands",
      "@codemirror/lang-json",
      "@codemirror/language",
      "@codemirror/lint",
      "@codemirror/state",
      "@codemirror/view",
      "@lezer/highlight",
      "cm6-graphql",
      "graphql",
      "graphql-language-service",
    ],
    noInputOutput: true,
  },
  testing: { may: ["domain", "sessions", "limits", "credentials/user-directory"], packages: [] },

  "compose.ts": { may: "all", packages: "all" },
  // The composition root's parts, one concern each.
  compose: { may: "all", packages: "all" },
  "index.ts": { may: "all", packages: [] },
  "main.ts": { may: ["cli", "config/graphql-copies"], packages: [] },
  cli: { may: "all", packages: ["commander", "graphql"] },
  demo: { may: "all", packages: ["graphql", "@apollo/server", "@apollo/subgraph", "graphql-yoga"] },
};

/** The composition root, the commands and the demo. No other module may import them. */
export const TOP = ["compose.ts", "compose", "index.ts", "main.ts", "cli", "demo"];

export const INPUT_OUTPUT = [
  "child_process",
  "cluster",
  "dgram",
  "dns",
  "fs",
  "http",
  "http2",
  "https",
  "net",
  "process",
  "readline",
  "tls",
  "worker_threads",
];
