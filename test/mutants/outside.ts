import type { Mutant } from "./mutant.js";

const OUTSIDE = "test/integration/outside-revocation.test.ts";

/** Faults in what is revoked of outside issuers, in the history of ended sessions, and in what a start refuses. */
export const outsideMutants: readonly Mutant[] = [
  {
    name: "a session of one issuer is known under no issuer",
    file: "src/sessions/revocation-memory.ts",
    find: "outsideSessions.has(token.issuer, token.sessionId)",
    replace: 'outsideSessions.has("", token.sessionId)',
    caughtBy: {
      file: "test/unit/sessions/revocation-memory.test.ts",
      test: "knows the session of an outside issuer, whose id may spell like one of ours",
    },
  },
  {
    name: "what was revoked of an outside issuer is not submitted again",
    file: "src/stores/redis/revocations/resubmission.ts",
    find: "return partitionOfIssuer(entry.issuer) === partition;",
    replace: "return false;",
    caughtBy: {
      file: "test/integration/sessions/fail-over.test.ts",
      test: "learns again of what was revoked of an outside issuer",
    },
  },
  {
    name: "a sid of others chooses which part of the view may be stale",
    file: "src/stores/redis/revocations/revocation-log.ts",
    find: "token.issuer === LOCAL_ISSUER ? token.sessionId : undefined",
    replace: "token.sessionId",
    caughtBy: {
      file: "test/integration/sessions/topologies.test.ts",
      test: "goes on with the other shards while one is frozen",
    },
  },
  {
    name: "a token of a clock ahead outlives the revocation of its subject",
    file: "src/cli/revoke-outside.ts",
    find: "const notBefore = now + tolerance;",
    replace: "const notBefore = now;",
    caughtBy: { file: OUTSIDE, test: "ends a subject's tokens of a clock ahead as well" },
  },
  {
    name: "a reread key file may bring a key of the other ring",
    file: "src/compose/keys.ts",
    find: "refuseShared(name, createKeyRing(records), other, options.clock);",
    replace: "",
    caughtBy: {
      file: "test/integration/key-rotation.test.ts",
      test: "is not taken over from the other ring, in either direction and under any name",
    },
  },
  {
    name: "a Redis of the major version before is good enough",
    file: "src/stores/redis/connection/server-version.ts",
    find: ">= MIN_REDIS_MAJOR;",
    replace: ">= MIN_REDIS_MAJOR - 1;",
    caughtBy: {
      file: "test/unit/stores/redis/connection/server-version.test.ts",
      test: "too old or unreadable is refused, naming what was found",
    },
  },
  {
    name: "an old server that comes up after the start is written to",
    file: "src/stores/redis/connection/connection-watch.ts",
    find: "else unfit.set(server, found);",
    replace: "",
    caughtBy: {
      file: "test/integration/sessions/store-version.test.ts",
      test: "by a fail-over is named, and nothing is written to it",
    },
  },
  {
    name: "the history of a session is told to whoever knows its id",
    file: "src/sessions/service.ts",
    find: "found?.session.userId === owner &&",
    replace: "found !== undefined &&",
    caughtBy: {
      file: "test/unit/auth-subgraph/execute.test.ts",
      test: "is returned for a session that has ended, to its owner and nobody else",
    },
  },
  {
    name: "another client's access token is renewed",
    file: "src/sessions/renew.ts",
    find: "command.clientId !== undefined && command.clientId !== clientId",
    replace: "false",
    caughtBy: {
      file: "test/integration/silent-renewal.test.ts",
      test: "exchanges nothing for another client's name",
    },
  },
  {
    name: "access tokens are exchanged where no client renews silently",
    file: "src/http/oauth-token-request.ts",
    find: "const isExchange = renews && ",
    replace: "const isExchange = ",
    caughtBy: {
      file: "test/unit/http/oauth-token.test.ts",
      test: "refuses an access token where no client may renew",
    },
  },
];
