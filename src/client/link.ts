import type { AdapterSession } from "./adapter-session.js";
import { credentialRefused, type GraphQLAnswer, parseAnswer, stepUpChallenge } from "./answer.js";
import { mayRepeat } from "./operation-kind.js";

// Apollo Client is not a dependency: its classes are passed in, and typed here by their shape, which versions 3 and 4
// share.

export interface LinkOperation {
  /** The parsed document. It shows whether the operation is a mutation, which is not repeated after part of it has run. */
  readonly query?: unknown;
  getContext(): Readonly<Record<string, unknown>>;
  setContext(context: Readonly<Record<string, unknown>>): unknown;
}

export interface LinkObserver {
  next(value: unknown): void;
  error(reason: unknown): void;
  complete(): void;
}

export interface LinkObservable {
  subscribe(observer: LinkObserver): { unsubscribe(): void };
}

export type LinkForward = (operation: LinkOperation) => LinkObservable;

/** `never` accepts any class with one constructor argument, whatever its type is in that version. */
export interface ApolloPeer<Link, Observable> {
  readonly ApolloLink: new (request: never) => Link;
  readonly Observable: new (subscribe: never) => Observable;
}

/**
 * An Apollo Client link that adds the session. Put it before the `HttpLink`.
 *
 * Sets `Authorization`. When the gateway refuses the credential, it refreshes (once for all waiting operations) and
 * sends the operation again. When the gateway requires a fresh sign-in, it calls `onStepUp` of the session and sends
 * the operation again, unless a part of a mutation has run and its context has no `repeat: true`. If the refresh is refused, the operation fails with `SignedOutError`.
 *
 * @param peer - `{ ApolloLink, Observable }` of `@apollo/client`
 */
export function createAuthLink<Link, Observable>(
  { ApolloLink, Observable }: ApolloPeer<Link, Observable>,
  session: AdapterSession,
): Link {
  const handle = (operation: LinkOperation, forward: LinkForward) => {
    const source = (observer: LinkObserver) => subscribe(operation, forward, observer, session);
    return new Observable(source as never); // typed by shape, see above
  };
  return new ApolloLink(handle as never); // typed by shape, see above
}

function subscribe(
  operation: LinkOperation,
  forward: LinkForward,
  observer: LinkObserver,
  session: AdapterSession,
): () => void {
  let inner: { unsubscribe(): void } | undefined;
  let cancelled = false;

  const start = (token: string | undefined, mayRepeatOnce: boolean): void => {
    if (cancelled) return;
    if (session.delivery === "cookie") operation.setContext({ credentials: "include" });
    else if (token !== undefined) setToken(operation, token);
    let taken = false;
    /** Holds the answer back until it is known whether another one replaces it. */
    const replace = (fresh: Promise<string | undefined>, otherwise: () => void): void => {
      taken = true;
      inner?.unsubscribe();
      fresh.then((next) => (next === undefined ? otherwise() : start(next, false)), fail);
    };
    const pass = (answer: GraphQLAnswer | undefined, hand: () => void, end: () => void): void => {
      const challenge = stepUpChallenge(answer);
      if (!mayRepeatOnce || token === undefined) hand();
      else if (credentialRefused(answer)) replace(session.refresh(token), end);
      else if (
        challenge !== undefined &&
        session.stepUp !== undefined &&
        mayRepeat(operation.getContext()["repeat"] !== true && isMutation(operation), answer)
      )
        replace(
          session.stepUp(challenge).then((done) => (done ? session.accessToken(token) : undefined)),
          end,
        );
      else hand();
    };
    inner = forward(operation).subscribe({
      next(value) {
        const hand = (): void => observer.next(value);
        if (!taken)
          pass(parseAnswer(value), hand, () => {
            hand();
            observer.complete();
          });
      },
      error(reason) {
        const hand = (): void => observer.error(reason);
        if (!taken) pass(answerInside(reason), hand, hand);
      },
      complete() {
        if (!taken) observer.complete();
      },
    });
  };
  const fail = (reason: unknown): void => {
    if (!cancelled) observer.error(reason);
  };

  session.accessToken().then((token) => start(token, true), fail);
  return () => {
    cancelled = true;
    inner?.unsubscribe();
  };
}

/** Also true when the document is not available. */
function isMutation({ query }: LinkOperation): boolean {
  const { definitions } = (query ?? {}) as { readonly definitions?: unknown }; // may be a document
  if (!Array.isArray(definitions)) return true;
  return definitions.some((one: { readonly operation?: unknown }) => one.operation === "mutation");
}

function setToken(operation: LinkOperation, token: string): void {
  const headers = operation.getContext()["headers"];
  operation.setContext({
    headers: {
      ...(typeof headers === "object" && headers !== null ? headers : {}),
      authorization: `Bearer ${token}`,
    },
  });
}

/** The response body inside Apollo Client's `ServerError`: `result` in version 3, `bodyText` in version 4. */
function answerInside(reason: unknown) {
  if (typeof reason !== "object" || reason === null) return undefined;
  const { result, bodyText } = reason as { readonly result?: unknown; readonly bodyText?: unknown }; // checked above
  if (typeof bodyText !== "string") return parseAnswer(result);
  try {
    return parseAnswer(JSON.parse(bodyText));
  } catch {
    return undefined;
  }
}
