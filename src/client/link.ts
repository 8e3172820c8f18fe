import { credentialRefused, parseAnswer } from "./answer.js";
import type { Session } from "./session.js";

// Apollo Client is a peer only of those who use it, so its classes are handed in and known here by shape.
// The shapes are those both version 3 and version 4 have.

export interface LinkOperation {
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

/** `never`: any class with one constructor argument fits, whatever that version calls its argument's type. */
export interface ApolloPeer<Link, Observable> {
  readonly ApolloLink: new (request: never) => Link;
  readonly Observable: new (subscribe: never) => Observable;
}

/**
 * An Apollo Client link that carries the session: put it before the `HttpLink`.
 *
 * Sets `Authorization`, and when the gateway refuses the credential refreshes (one refresh for all who wait) and sends
 * the operation once more. A refused refresh reaches the operation as `SignedOutError`.
 *
 * @param peer - `{ ApolloLink, Observable }` of `@apollo/client`
 */
export function createAuthLink<Link, Observable>(
  { ApolloLink, Observable }: ApolloPeer<Link, Observable>,
  session: Pick<Session, "accessToken" | "refresh">,
): Link {
  const handle = (operation: LinkOperation, forward: LinkForward) => {
    const source = (observer: LinkObserver) => subscribe(operation, forward, observer, session);
    return new Observable(source as never); // known by shape only, see above
  };
  return new ApolloLink(handle as never); // likewise
}

function subscribe(
  operation: LinkOperation,
  forward: LinkForward,
  observer: LinkObserver,
  session: Pick<Session, "accessToken" | "refresh">,
): () => void {
  let inner: { unsubscribe(): void } | undefined;
  let cancelled = false;

  const start = (token: string | undefined, mayRepeat: boolean): void => {
    if (cancelled) return;
    if (token !== undefined) setToken(operation, token);
    let repeated = false;
    const repeat = (used: string): void => {
      repeated = true;
      inner?.unsubscribe();
      session.refresh(used).then((fresh) => start(fresh, false), fail);
    };
    inner = forward(operation).subscribe({
      next(value) {
        if (repeated) return;
        if (mayRepeat && token !== undefined && credentialRefused(parseAnswer(value))) repeat(token);
        else observer.next(value);
      },
      error(reason) {
        if (repeated) return;
        if (mayRepeat && token !== undefined && credentialRefused(answerInside(reason))) repeat(token);
        else observer.error(reason);
      },
      complete() {
        if (!repeated) observer.complete();
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
  const { result, bodyText } = reason as { readonly result?: unknown; readonly bodyText?: unknown }; // an object, by the line above
  if (typeof bodyText !== "string") return parseAnswer(result);
  try {
    return parseAnswer(JSON.parse(bodyText));
  } catch {
    return undefined;
  }
}
