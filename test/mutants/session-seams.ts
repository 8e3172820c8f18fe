import { luaMutant } from "./lua-mutant.js";
import type { Mutant } from "./mutant.js";

/** Faults on the seams of a session: lost answers, lost writes, peppers of two configurations, too many sessions. */
export const sessionSeamMutants: readonly Mutant[] = [
  {
    name: "use of a retired chain's tokens counts for nothing",
    file: "src/domain/sighting.ts",
    find: "return chain?.unseen === true && isOfRetired",
    replace: "return false && chain?.unseen === true && isOfRetired",
    caughtBy: {
      file: "test/unit/sessions/lost-answer.test.ts",
      test: "hides no theft on the chain its owner goes on with",
    },
  },
  {
    name: "a gateway takes a retired chain's successors for one",
    file: "src/sessions/sightings.ts",
    find: "(known.retiredGeneration ?? -1) >= (seen.retiredGeneration ?? -1)",
    replace: "true",
    caughtBy: {
      file: "test/unit/sessions/lost-answer.test.ts",
      test: "hides no theft on the chain its owner goes on with",
    },
  },
  {
    name: "a replacement that never arrived counts as used by what it replaced",
    file: "src/domain/rotation.ts",
    find: "chain === session ? asSeen(session) : withRetired(session, asSeen(chain))",
    replace: "asSeen(session)",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "the memory session store takes the retired chain's latest token in use, though what it asked for was refused",
    },
  },
  luaMutant("to the script any token of a retired chain is its latest", "see", "current ~= own or ", "", {
    file: "test/contract/session-store.test.ts",
    test: "the Redis session store does not take the use of another token for that of the retired chain's latest",
  }),
  luaMutant(
    "to the script all retired chains are one",
    "see",
    "claimed >= from and claimed < to or own",
    "claimed < to or own",
    {
      file: "test/contract/session-store.test.ts",
      test: "the Redis session store distinguishes a chain retired earlier from the one retired last",
    },
  ),
  luaMutant(
    "the script forgets a step-up over a refused scope",
    "rotate",
    "      if primary then\n        -- include: beside\n      end\n      redis",
    "      redis",
    {
      file: "test/contract/session-store.test.ts",
      test: "the Redis session store takes the retired chain's latest token in use, though what it asked for was refused",
    },
  ),
  {
    name: "a successor that was used is forgotten to be",
    file: "src/domain/sighting.ts",
    find: "const { unseen: _, ...seen } = withoutRetired(session);",
    replace: "const seen = withoutRetired(session);",
    caughtBy: {
      file: "test/unit/sessions/lost-answer.test.ts",
      test: "is no excuse once an access token it brought was used",
    },
  },
  {
    name: "the use of an older access token counts for the successor's",
    file: "src/domain/sighting.ts",
    find: " && session.generation === command.generation",
    replace: " && session.generation >= command.generation",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "the memory session store does not take the use of an older or a stranger's token for the successor's",
    },
  },
  {
    name: "a lost answer is forgiven for ever",
    file: "src/domain/rotation.ts",
    find: "nowMs - rotatedAtMs <= (policy.lostAnswerSeconds ?? 0) * 1000",
    replace: "(policy.lostAnswerSeconds ?? 0) > 0",
    caughtBy: {
      file: "test/unit/sessions/lost-answer.test.ts",
      test: "ends the session beyond sessions.lostAnswerSeconds",
    },
  },
  {
    name: "a late answer leaves other tabs no window",
    file: "src/domain/rotation.ts",
    find: "return { ...chain, reuseCount: 0, lateAtMs: now };",
    replace: "return { ...chain, reuseCount: 0 };",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "gives those who come with a late one a window of their own",
    },
  },
  {
    name: "nobody is told of a late answer",
    file: "src/sessions/refresh.ts",
    find: 'if ("late" in outcome)',
    replace: "if (false)",
    caughtBy: {
      file: "test/unit/sessions/lost-answer.test.ts",
      test: "is repeated hours later with the same successor, with its own event in the log",
    },
  },
  {
    name: "a step-up forgets what it replaced",
    file: "src/domain/transition.ts",
    find: "    retired: before?.retired ?? chainOf(current),\n",
    replace: "",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "the memory session store goes on with the retired token and the old proof until the new token is used",
    },
  },
  {
    name: "the chain before a step-up wins its proof",
    file: "src/domain/retired-chain.ts",
    find: "session: { ...kept, ...elevation.retired }",
    replace: "session: { ...kept, ...elevation.retired, authTime: session.authTime }",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "the memory session store goes on with the retired token and the old proof until the new token is used",
    },
  },
  {
    name: "an access token from before a step-up passes for one of it",
    file: "src/domain/retired-chain.ts",
    find: "Math.min(chain.generation, session.elevation.to - 1)",
    replace: "chain.generation",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "the memory session store goes on with the retired token and the old proof until the new token is used",
    },
  },
  {
    name: "a step-up that was used keeps the chain before it alive",
    file: "src/domain/retired-chain.ts",
    find: "  const { retired: _, ...elevation } = session.elevation;\n  return { ...session, elevation };",
    replace: "  return session;",
    caughtBy: {
      file: "test/unit/sessions/step-up.test.ts",
      test: "retires what was before as soon as an access token of it is used",
    },
  },
  {
    name: "whoever makes up tokens fills the log",
    file: "src/sessions/unknown-peppers.ts",
    find: "if (before === undefined) report",
    replace: "if (before !== -1) report",
    caughtBy: {
      file: "test/unit/sessions/peppers.test.ts",
      test: "are reported once a minute for each pepper",
    },
  },
  {
    name: "a pepper that is not known is taken for a bad MAC",
    file: "src/sessions/refresh.ts",
    find: "if (pepper !== undefined) throw context.unknownPeppers.refuse(pepper);",
    replace: "",
    caughtBy: {
      file: "test/unit/sessions/peppers.test.ts",
      test: "in one step answers 503 where it is not known yet, asks no store, and nothing is lost",
    },
  },
  {
    name: "gateways hide that another cannot read them",
    file: "src/domain/gateway-peppers.ts",
    find: "other.readable.includes(own.active)",
    replace: "true",
    caughtBy: {
      file: "test/unit/sessions/peppers.test.ts",
      test: "names who issues what whom cannot read, in either direction",
    },
  },
  {
    name: "sessions beyond the limit go on",
    file: "src/sessions/login.ts",
    find: "await endSurplus(context, user.id, outcome.surplus ?? []);",
    replace: "",
    caughtBy: {
      file: "test/unit/sessions/most-sessions.test.ts",
      test: "ends the oldest session of the user, with an event, and no session of others",
    },
  },
  {
    name: "the newest session is surplus",
    file: "src/domain/transition.ts",
    find: "a.expiresAt - b.expiresAt",
    replace: "b.expiresAt - a.expiresAt",
    caughtBy: {
      file: "test/unit/sessions/most-sessions.test.ts",
      test: "ends the oldest session of the user, with an event, and no session of others",
    },
  },
  {
    name: "a command too late is taken for a fault of ours",
    file: "src/stores/redis/sessions/outcomes.ts",
    find: '    case "late":\n',
    replace: '    case "too late":\n',
    caughtBy: {
      file: "test/unit/stores/redis/sessions/outcomes.test.ts",
      test: "is a store out of reach, to be asked again",
    },
  },
  luaMutant(
    "a record of before counts as never used",
    "lib/upgrade",
    "flags = flags % OLD_REVOKED + math.floor",
    "flags = flags % OLD_REVOKED + UNSEEN + math.floor",
    {
      file: "test/integration/sessions/records.test.ts",
      test: "of version 2 is read, refreshed, elevated and ended as always, and counts as seen",
    },
  ),
  luaMutant(
    "the script forgets that a step-up replaced something",
    "elevate",
    "flags % ELEVATED - flags % IPV4 + ELEVATED + UNSEEN",
    "flags % ELEVATED - flags % IPV4 + ELEVATED",
    {
      file: "test/contract/session-store.test.ts",
      test: "the Redis session store goes on with the retired token and the old proof until the new token is used",
    },
  ),
  {
    name: "two lost writes are not healed",
    file: "src/domain/rotation.ts",
    find: "return age === 1 - HEALED_GENERATIONS && successor === ahead;",
    replace: "return false;",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "heals a client up to three steps ahead of a store that lost as many writes",
    },
  },
  {
    name: "an operator's verb knows of no replica",
    file: "src/cli/operator.ts",
    find: "await learnOfReplicas(stores.revocations);",
    replace: "",
    caughtBy: {
      file: "test/integration/sessions/operator-waits.test.ts",
      test: "waits for a replica if there is one, and reports when it does not answer",
    },
  },
  {
    name: "the token that asks for a step-up does not count as used",
    file: "src/domain/transition.ts",
    find: "(command.presented ?? -1) >= session.generation ? used : session",
    replace: "session",
    caughtBy: {
      file: "test/contract/session-store.test.ts",
      test: "the memory session store takes the token that asks for one in use",
    },
  },
  {
    name: "a refresh is carried out for a client nobody here knows",
    file: "src/sessions/refresh.ts",
    find: "clients: proven === undefined ? context.publicClientIds : [proven],",
    replace: "",
    caughtBy: {
      file: "test/unit/sessions/two-configurations.test.ts",
      test: "gets 503 for a refresh, and its session is left as it is",
    },
  },
  luaMutant(
    "the script takes any client for a known one",
    "lib/known_client",
    "return false",
    "return true",
    {
      file: "test/contract/session-store.test.ts",
      test: "the Redis session store leaves a session as it is whose client is none the caller knows",
    },
  ),
  {
    name: "a step-up is carried out for a client nobody here knows",
    file: "src/sessions/reauthenticate.ts",
    find: "if (principal.clientId !== undefined) clientHere(context, principal.clientId);",
    replace: "",
    caughtBy: {
      file: "test/unit/sessions/two-configurations.test.ts",
      test: "gets 503 for a step-up and for a renewal, and nothing has changed",
    },
  },
  {
    name: "whoever is not in the users file is gone",
    file: "src/sessions/unknown-here.ts",
    find: "if (nowSeconds(clock) - since < UNKNOWN_USER_SECONDS)",
    replace: "if (false as boolean)",
    caughtBy: {
      file: "test/unit/sessions/two-configurations.test.ts",
      test: "gets 503 for a refresh, and is not signed out",
    },
  },
  {
    name: "a removed user is waited for",
    file: "src/sessions/unknown-here.ts",
    find: " || directory.wasRemoved(reference)",
    replace: "",
    caughtBy: {
      file: "test/unit/sessions/two-configurations.test.ts",
      test: "is gone at once where this process saw them removed",
    },
  },
  {
    name: "a user who is back counts as removed",
    file: "src/stores/users/file-directory.ts",
    find: "if (next.byReference.has(reference)) removed.delete(reference);",
    replace: "removed.has(reference);",
    caughtBy: {
      file: "test/unit/stores/users/missing-users.test.ts",
      test: "is known of those this process saw go, until they are back, and of nobody else",
    },
  },
  {
    name: "a gateway serves before it knows what was revoked",
    file: "src/compose.ts",
    find: "await stores.viewRead;",
    replace: "",
    caughtBy: {
      file: "test/integration/start-without-store.test.ts",
      test: "is unready and listens to no client, while one that runs goes on; and then knows what was revoked",
    },
  },
  {
    name: "a gateway that does not serve yet is ready",
    file: "src/http/ops.ts",
    find: " && options.starting?.() !== true",
    replace: "",
    caughtBy: {
      file: "test/unit/http/endpoints.test.ts",
      test: "is unready until clients are served, whatever the checks return",
    },
  },
];
