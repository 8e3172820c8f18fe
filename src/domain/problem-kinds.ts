import type { ComposerCode } from "./composer-codes.js";

export interface ProblemKindRow {
  /** What is wrong, in one line. */
  readonly meaning: string;
  /** Which part of the product, or which verb, reports it. */
  readonly source: string;
  /** The usual fix; the problem itself carries the exact one. */
  readonly fix: string;
}

/**
 * The kinds of a `Problem`. `docs/reference/problem-kinds.md` is generated from this table, and a test holds table,
 * manual and source equal. A kind is UPPER_SNAKE and stable: scripts read it with `--json`.
 * What the composer refuses keeps the code of Apollo's composition (`ComposerCode`).
 */
export const PROBLEM_KINDS = {
  AUTH_SUBGRAPH_COLLISION: {
    meaning: "a name, field or routing URL of the auth subgraph is used by another subgraph",
    source: "composition, start, `compose`, `check`",
    fix: "rename it in the other subgraph, or set `authSubgraph.prefix`",
  },
  AUTH_SUBGRAPH_MISSING: {
    meaning: "`authSubgraph.enabled` is `true`, and the supergraph holds no auth subgraph",
    source: "start",
    fix: "compose with `cardea compose`, or leave the setting out",
  },
  BAD_ISSUER: {
    meaning: "an entry of `issuers` cannot be used, or its key set cannot be read",
    source: "configuration, `check`",
    fix: "correct the setting named; check that the key set's URL answers from here",
  },
  BAD_KEY: {
    meaning:
      "a key file or sealing secret is unreadable, too weak, of another purpose, or may not be removed now",
    source: "configuration, `keys`",
    fix: "write a new key with `cardea keys new`; see `cardea keys list`",
  },
  BAD_PASSWORD: {
    meaning: "a new password is too short or too long",
    source: "`users add`, `users passwd`",
    fix: "choose another password",
  },
  BAD_PERSISTED_DOCUMENTS: {
    meaning: "the file of `server.persistedDocuments.path` is not a list of documents",
    source: "start",
    fix: "write the file again with your client's build",
  },
  BAD_USER_FILE: {
    meaning: "the users file is missing, unreadable, or has an entry that is not allowed",
    source: "start, reload of the file, `users`",
    fix: "correct the entry named, or create the file with `cardea users add`",
  },
  COMPOSITION_FAILED: {
    meaning: "the subgraphs do not compose, and the composer gave no code",
    source: "composition",
    fix: "correct the schema the message names",
  },
  CONFLICTING_SETTINGS: {
    meaning: "two settings contradict each other",
    source: "configuration",
    fix: "remove or change one of the two",
  },
  CONTEXT_UNSUPPORTED: {
    meaning: "an argument is filled by `@fromContext`, which is not supported",
    source: "supergraph",
    fix: "use `@requires` or an ordinary argument instead",
  },
  DUPLICATE_KEY_ID: {
    meaning: "two keys have the same `kid`",
    source: "configuration",
    fix: "remove one, or give it another `kid`",
  },
  DUPLICATE_NAME: {
    meaning: "a name or id that must be unique is used twice",
    source: "configuration",
    fix: "rename one of the two",
  },
  DUPLICATE_SUBGRAPH: {
    meaning: "two subgraphs have the same name",
    source: "composition",
    fix: "rename one of the two",
  },
  EXPOSED_FILE: {
    meaning: "a file with secrets can be read by everybody on this machine",
    source: "configuration (production)",
    fix: "`chmod o-rwx` the file; `defaultMode: 0440` for a Kubernetes secret",
  },
  GRAPHQL_PACKAGE: {
    meaning: "the `graphql` package is missing, of an unsupported version, or installed twice",
    source: "start",
    fix: "`npm install graphql@16`; `npm ls graphql` shows who brings a second copy",
  },
  GUARDED_KEY: {
    meaning: "a subgraph would receive a guarded field as a `@key` on behalf of callers who may not read it",
    source: "supergraph, `compose`, `check`",
    fix: "use another field as the key, or allow it by a `@key` in the subgraph that resolves the field",
  },
  INVALID_LIFETIME: {
    meaning: "a lifetime is not a whole number of seconds, or longer than one that must contain it",
    source: "configuration",
    fix: "access token ≤ idle ≤ absolute; grace ≤ idle",
  },
  INVALID_OPERATION: {
    meaning: "the operation is not valid against the graph, or the one selected is not in the file",
    source: "`explain`",
    fix: "correct the operation, or name one with `--operation-name`",
  },
  INVALID_RENEWAL: {
    meaning: "a client's `renewal` contradicts its other settings or the lifetimes",
    source: "configuration",
    fix: "correct the setting named",
  },
  INVALID_SETTING: {
    meaning: "a setting has a value that is not allowed",
    source: "configuration",
    fix: "correct the setting; see the configuration manual",
  },
  LAST_GOOD_FOREIGN: {
    meaning: "the file of `lastGoodSupergraph` was not written by a gateway, or cannot be written",
    source: "start",
    fix: "choose a path of its own in a folder the gateway may write",
  },
  LAST_GOOD_UNUSABLE: {
    meaning: "the supergraph's source failed, and the last good supergraph cannot be used either",
    source: "start",
    fix: "make the supergraph's source available again",
  },
  LOCKED_IN_STORE: {
    meaning: "a user is locked in a store that cannot be reached from here",
    source: "`users unlock`",
    fix: "name a configuration that leads to that store, with `--config`",
  },
  LOST_GUARD: {
    meaning: "a guard that a subgraph demands is missing or weaker in the supergraph",
    source: "composition, `compose`, `check`, reload with `supergraphCheck`",
    fix: "import and export the directive as the problem shows, then compose again",
  },
  MEMORY_STORE: {
    meaning: "the verb needs a shared store, and sessions are kept in the gateway's memory",
    source: "`sessions`, `users`",
    fix: "use the mutations of the graph, or configure Redis",
  },
  MISSING_SETTING: {
    meaning: "a setting that is needed is missing",
    source: "configuration",
    fix: "set it",
  },
  NEWLY_OPEN: {
    meaning: "a coordinate demands less than it did before",
    source: "`check --against`, reload with `supergraphCheck`",
    fix: "guard it again, or approve the change",
  },
  NOBODY_CAN_SIGN_IN: {
    meaning: "the graph has guards, and there is neither an issuer nor the auth subgraph",
    source: "start",
    fix: "add an entry to `issuers`, or enable the auth subgraph",
  },
  NO_SDL: {
    meaning: "a subgraph's SDL cannot be read from its file or from the running subgraph",
    source: "composition, `compose`, `check`, `dev`",
    fix: "check the path, or that the subgraph runs and answers `{ _service { sdl } }`",
  },
  NO_SUBGRAPHS: {
    meaning: "there is nothing to compose",
    source: "`compose`, `check`, `dev`",
    fix: "add `--subgraph name=url`, or list `subgraphs` in the configuration",
  },
  OPERATION_UNPLANNABLE: {
    meaning: "the planner finds no plan for the operation that is certainly right",
    source: "`explain --plan`",
    fix: "see the known limits; select fewer fields to find the one that is in the way",
  },
  PLATFORM_UNSUPPORTED: {
    meaning: "the query planner has no binary for this platform",
    source: "start, `explain --plan`",
    fix: "use Linux with glibc or macOS; WSL on Windows",
  },
  PORT_UNAVAILABLE: {
    meaning: "the gateway cannot listen on the address and port",
    source: "start",
    fix: "stop what listens there, or choose another port (0: any)",
  },
  REFUSED_IN_DEPLOYMENT: {
    meaning:
      "a default of development (memory store, generated keys) in production, with Redis or several workers",
    source: "configuration",
    fix: "configure it, or accept the risk with the flag named",
  },
  SHADOWED_CLAIM: {
    meaning: "`tokens.claims` names a claim to which a standard gives a meaning",
    source: "configuration",
    fix: "rename the attribute",
  },
  SHARED_KEY: {
    meaning: "one key signs access tokens and identity tokens",
    source: "configuration",
    fix: "write a new key with `cardea keys new`",
  },
  SHARED_MUTATION: {
    meaning: "several subgraphs share a mutation, and none of them can complete the answer",
    source: "supergraph",
    fix: "give the payload a `@key` in these subgraphs, or leave the field to one of them",
  },
  SHARED_SECRET: {
    meaning: "the same secret is listed under two ids",
    source: "configuration",
    fix: "generate a secret of its own for each id",
  },
  STORE_UNAVAILABLE: {
    meaning: "the store does not answer",
    source: "`check`, `sessions`, `users`",
    fix: "check that Redis runs and can be reached from here",
  },
  SUPERGRAPH_UNPLANNABLE: {
    meaning: "the query planner does not accept the supergraph",
    source: "start, reload, `compose`, `check`",
    fix: "compose the supergraph again",
  },
  TLS_WITHOUT_HTTPS: {
    meaning: "TLS settings for a subgraph whose routing URL is not https",
    source: "start, reload",
    fix: "compose with the https URL, or remove the TLS settings",
  },
  UNCOMPARED_SUBGRAPH: {
    meaning: "subgraphs of the supergraph were left out of the comparison",
    source: "`check`",
    fix: "name each with `--subgraph`, or ask the running ones with `--running`",
  },
  UNDEFINED_GUARD: {
    meaning: "a guard is used without its definition in the subgraph",
    source: "composition",
    fix: "copy the definition from `schema/directives.graphql`",
  },
  UNEXPECTED: {
    meaning: "a verb failed in a way the command line does not know",
    source: "every verb",
    fix: "the message names what could not be done",
  },
  UNFIT_STORE: {
    meaning: "the server of the store is too old or of another make",
    source: "start, `sessions`, `users`",
    fix: "upgrade the server, or name another one",
  },
  UNKNOWN_FIELD: {
    meaning: "`authSubgraph.fields` names a field the auth subgraph does not have",
    source: "configuration",
    fix: "use the names of its root fields, without the prefix",
  },
  UNKNOWN_GUARD: {
    meaning: "a directive looks like a guard, and resolves to no specification that Cardea knows",
    source: "composition, supergraph",
    fix: "correct the `@link`, or declare the name in `auth.foreignDirectives`",
  },
  UNKNOWN_ISSUER: {
    meaning: "the issuer is not in the configuration",
    source: "`sessions revoke-outside`",
    fix: "write it exactly as `issuers[].issuer` does",
  },
  UNKNOWN_KEY: {
    meaning: "a setting or `CARDEA_` variable that does not exist",
    source: "configuration",
    fix: "correct the spelling, or remove it",
  },
  UNKNOWN_POSITION: {
    meaning: "`auth.positions` names a field that does not exist, or does not return an interface or union",
    source: "configuration, supergraph",
    fix: "name `Type.field` of a field that returns an interface or a union",
  },
  UNKNOWN_SECURITY_LINK: {
    meaning: "the schema links a specification `for: SECURITY` that Cardea cannot enforce",
    source: "composition, supergraph",
    fix: "remove the link, or use the version Cardea knows",
  },
  UNKNOWN_SESSION: {
    meaning: "the store has no session of this id",
    source: "`sessions show`, `sessions revoke`",
    fix: "see `cardea sessions list`",
  },
  UNKNOWN_SUBGRAPH: {
    meaning: "the supergraph has no subgraph of this name",
    source: "`check`",
    fix: "correct the name",
  },
  UNKNOWN_USER: {
    meaning: "the users file has no user of this name",
    source: "`users`, `sessions`",
    fix: "check the spelling, or use `--user-id`",
  },
  UNREADABLE_CONFIG: {
    meaning: "the configuration file cannot be read or evaluated",
    source: "configuration",
    fix: "correct the file or `--config`",
  },
  UNREADABLE_GUARD: {
    meaning: "a guard has arguments that mean nothing, or is at a place where it cannot be enforced",
    source: "composition, supergraph",
    fix: "correct the arguments; see the directive's manual",
  },
  UNREADABLE_REFERENCE: {
    meaning: "an `env:` or `file:` reference leads to nothing",
    source: "configuration",
    fix: "set the variable, or check the path and its permissions",
  },
  UNREADABLE_SDL: {
    meaning: "a subgraph's SDL does not parse",
    source: "composition",
    fix: "correct the syntax",
  },
  UNREADABLE_SUPERGRAPH: {
    meaning: "the supergraph cannot be read, does not parse, or is no federation 2 supergraph",
    source: "start, reload, `check`, `explain`",
    fix: "check `supergraph` in the configuration, or compose again",
  },
  UNUSABLE_FILE: {
    meaning: "a file that was named on the command line cannot be read or written",
    source: "every verb",
    fix: "check the path and its permissions",
  },
  WEAK_SECRET: {
    meaning: "a secret is too short, or can be guessed",
    source: "configuration",
    fix: "generate one at random, for instance with `openssl rand -base64 48`",
  },
} as const satisfies Record<string, ProblemKindRow>;

/** The stable, machine-readable kind of a `Problem`: a row of the table, or a code of the composer. */
export type ProblemKind = keyof typeof PROBLEM_KINDS | ComposerCode;
