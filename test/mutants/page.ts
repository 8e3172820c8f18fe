import type { Mutant } from "./mutant.js";

const KEPT_TEXT = "test/unit/page/panels/operation/kept-text.test.ts";
const RUN = "test/unit/page/panels/operation/run.test.ts";
const MEETS = "test/unit/page/panels/documentation/meets.test.ts";
const ANSWER_TEXT = "test/unit/page/panels/operation/answer-text.test.ts";

/** Faults in what the page keeps, sends and shows. */
export const pageMutants: readonly Mutant[] = [
  {
    name: "a password written into an operation is kept",
    file: "src/page/panels/operation/kept-text.ts",
    find: "inside.at(-1) === true || SECRET_NAME.test(token)",
    replace: "inside.at(-1) === true",
    caughtBy: { file: KEPT_TEXT, test: "holds no password" },
  },
  {
    name: "a token in a comment is kept",
    file: "src/page/panels/operation/kept-text.ts",
    find: "PLAIN_COMMENT.test(token) && !looksLikeToken(token)",
    replace: "PLAIN_COMMENT.test(token)",
    caughtBy: { file: KEPT_TEXT, test: "holds no token" },
  },
  {
    name: "another user takes over what the one before left",
    file: "src/page/state/session-view.ts",
    find: "if (before !== undefined && before !== caller) listener();",
    replace: "if (before !== undefined && caller === undefined) listener();",
    caughtBy: {
      file: "test/unit/page/state/session-view.test.ts",
      test: "tells when its user ends, and neither a sign-in nor a refresh",
    },
  },
  {
    name: "each tab holds a stream of its own",
    file: "src/page/state/events.ts",
    find: "if (locks === undefined) {",
    replace: "if (locks !== null) {",
    caughtBy: { file: "test/unit/page/state/events.test.ts", test: "have one stream among them" },
  },
  {
    name: "an operation is repeated for a visitor",
    file: "src/page/panels/operation/run.ts",
    find: "token === undefined || first.kind",
    replace: "first.kind",
    caughtBy: { file: RUN, test: "is not repeated for a visitor" },
  },
  {
    name: "a lost guard counts as met",
    file: "src/page/panels/documentation/meets.ts",
    find: "if (!demand.verified)",
    replace: "if (false)",
    caughtBy: { file: MEETS, test: "a guard may have been lost" },
  },
  {
    name: "one scope of an alternative is enough",
    file: "src/page/panels/documentation/meets.ts",
    find: "scopes.every((scope)",
    replace: "scopes.some((scope)",
    caughtBy: { file: MEETS, test: "a part of each alternative is held" },
  },
  {
    name: "a refused value behind a null is not marked",
    file: "src/page/panels/operation/answer-text.ts",
    find: "this.mark(endsBelow(wanted), from, this.length)",
    replace: "this.mark(wanted.ends, from, this.length)",
    caughtBy: { file: ANSWER_TEXT, test: "marks the last value there is" },
  },
  {
    name: "the schema of an earlier caller replaces that of a later one",
    file: "src/page/schema/service.ts",
    find: "if (call !== loads)",
    replace: "if (false)",
    caughtBy: { file: "test/unit/page/schema/schema-service.test.ts", test: "uses the later of two schemas" },
  },
  {
    name: "another sign-in sees the schema of the one before",
    file: "src/page/schema/source.ts",
    find: "JSON.stringify([claims?.subject, claims?.scopes, claims?.authTimeSeconds])",
    replace: "JSON.stringify([claims?.scopes])",
    caughtBy: { file: "test/unit/page/schema/source.test.ts", test: "is another one for another caller" },
  },
];
