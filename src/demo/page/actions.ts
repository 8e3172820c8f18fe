import type { Authenticated } from "../../domain/principal.js";
import { type Clock, nowSeconds, type Seconds } from "../../domain/time.js";
import type { ButtonAnswer } from "../../http/page/contract.js";
import { createAsk } from "../../tour/ask.js";
import type { DemoSessions } from "./sessions.js";

/** The caller of a button, proven by their access token. */
export interface Presser {
  readonly principal: Authenticated;
  readonly token: string;
}

/** What the buttons of the demo do. A text instead of an answer says why it cannot be done now. */
export interface DemoActions {
  ageLogin(presser: Presser): Promise<ButtonAnswer | string>;
  replayStolen(presser: Presser): Promise<ButtonAnswer | string>;
  bypass(presser: Presser, fields: Readonly<Record<string, unknown>>): Promise<ButtonAnswer | string>;
  publish(forgetsDirective: boolean): Promise<ButtonAnswer>;
  /** Reads the subgraphs' logs, and tells those who listen. */
  noticeReceived(): void;
}

export interface DemoActionParts {
  readonly sessions: DemoSessions;
  readonly graphqlUrl: string;
  readonly subgraphs: readonly { readonly name: string; readonly url: string }[];
  /** Longer than every window of the graph. */
  readonly ageSeconds: Seconds;
  /** Has the products subgraph publish its SDL, and the gateway compose. @returns the composition problems then */
  readonly republish: (forgetsDirective: boolean) => Promise<readonly string[]>;
  readonly noticeReceived: () => void;
  readonly clock: Clock;
}

const REFRESH = "mutation Thief($input: RefreshTokenInput) { refreshToken(input: $input) { accessToken } }";

export const createDemoActions = (parts: DemoActionParts): DemoActions => {
  const { sessions, clock, subgraphs } = parts;
  let publishing: Promise<unknown> = Promise.resolve();
  return {
    async ageLogin({ principal }) {
      if (principal.sessionId === undefined) return "This access token belongs to no session.";
      sessions.age(principal.sessionId, nowSeconds(clock) - parts.ageSeconds);
      return {
        done: true,
        happened: `The proof of identity of this session is ${parts.ageSeconds} s old now. A refreshed access token says so.`,
        tokens: "refresh",
      };
    },
    async replayStolen({ principal }) {
      const { sessionId } = principal;
      const stolen = sessionId === undefined ? undefined : sessions.usedToken(sessionId);
      if (sessionId === undefined || stolen === undefined)
        return "This session has not been refreshed yet, so it has no used refresh token. Refresh it first.";
      const answer = await sessions.withoutGrace(sessionId, () =>
        createAsk(parts.graphqlUrl)(REFRESH, { variables: { input: { refreshToken: stolen } } }),
      );
      const [refusal] = answer.errors;
      return {
        done: true,
        happened:
          refusal === undefined
            ? "The used refresh token was accepted: it was not recognised as stolen."
            : "The used refresh token was refused, and the session it belonged to has ended.",
        tokens: "ended",
        answered: {
          status: answer.status,
          code: refusal?.code ?? null,
          reason: refusal?.reason ?? null,
        },
      };
    },
    async bypass({ token }, { subgraph }) {
      const target = subgraphs.find(({ name }) => name === subgraph);
      if (target === undefined)
        return `\`subgraph\` is one of ${subgraphs.map(({ name }) => name).join(", ")}.`;
      const answer = await createAsk(target.url)("{ __typename }", { token });
      return {
        done: true,
        happened: `${target.name} answered ${answer.status} to an access token that did not come through the gateway.`,
        answered: {
          status: answer.status,
          code: answer.errors[0]?.code ?? null,
          reason: answer.errors[0]?.reason ?? null,
        },
      };
    },
    publish(forgetsDirective) {
      // One after the other: the answer tells the problems of this button, not of another one.
      const next = publishing
        .catch(() => undefined)
        .then(async (): Promise<ButtonAnswer> => {
          const problems = await parts.republish(forgetsDirective);
          return {
            done: true,
            happened:
              problems.length === 0
                ? "The subgraphs compose, and the new graph serves."
                : "The gateway refused to compose. The last good graph keeps serving.",
            problems,
          };
        });
      publishing = next;
      return next;
    },
    noticeReceived: parts.noticeReceived,
  };
};
