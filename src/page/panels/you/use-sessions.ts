import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import type { AuthNames } from "../../../http/page/contract.js";
import { usePage } from "../../state/page.js";
import { refusalText } from "./refusal-text.js";
import { endedSince, fieldOf, type ListedSession, sessionDocuments } from "./sessions-query.js";
import type { TimelineEvent } from "./timeline.js";

export interface Sessions {
  /** `undefined` until they were read once. */
  readonly listed: readonly ListedSession[] | undefined;
  /** Sessions that ended while this panel was open, with their last history. */
  readonly ended: readonly ListedSession[];
  readonly problem: string | undefined;
  readonly reload: () => Promise<void>;
  readonly revoke: (id: string) => Promise<void>;
  readonly revokeOthers: () => Promise<void>;
}

/** Sessions that have ended and are still shown. */
const MAX_ENDED = 10;
/** Several events of one request are one reason to read the list again. */
const RELOAD_AFTER_MS = 300;

export interface SessionsOptions {
  /** Grows with each new access token. */
  readonly generation: number;
  readonly isShown: boolean;
  /** Does the gateway send its events? `cardea serve` does not. */
  readonly hasStream: boolean;
}

/** The sessions of the signed-in user, read again after each event about sessions. */
export function useSessions(auth: AuthNames, { generation, isShown, hasStream }: SessionsOptions): Sessions {
  const { session, events, announce } = usePage();
  const [listed, setListed] = useState<readonly ListedSession[]>();
  const [ended, setEnded] = useState<readonly ListedSession[]>([]);
  const [problem, setProblem] = useState<string>();
  const known = useRef<readonly ListedSession[]>([]);
  const [documents] = useState(() => sessionDocuments(auth));

  const historyOf = useCallback(
    async (one: ListedSession): Promise<ListedSession> => {
      if (documents.history === undefined) return one;
      const answer = await session.request({ query: documents.history, variables: { id: one.id } });
      return { ...one, events: fieldOf<readonly TimelineEvent[]>(answer, "events") };
    },
    [documents, session],
  );
  const attempt = useCallback(async (act: () => Promise<void>): Promise<void> => {
    try {
      await act();
      setProblem(undefined);
    } catch (error) {
      setProblem(refusalText(error));
    }
  }, []);
  const read = useCallback(async (): Promise<void> => {
    if (documents.list === undefined || !session.signedIn()) return;
    const now = fieldOf<readonly ListedSession[]>(
      await session.request({ query: documents.list }),
      "sessions",
    );
    const gone = endedSince(known.current, now);
    known.current = now;
    setListed(now);
    if (gone.length === 0) return;
    const histories = await Promise.all(gone.map((one) => historyOf(one).catch(() => one)));
    setEnded((before) => [...histories, ...before].slice(0, MAX_ENDED));
  }, [documents, session, historyOf]);
  const reload = useCallback(() => attempt(read), [attempt, read]);

  useEffect(() => {
    if (isShown) void reload();
  }, [isShown, reload, generation]);
  useEffect(() => {
    if (!isShown || !hasStream) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const unsubscribe = events.subscribe((event) => {
      if (event.name !== "event" || !/^(session|user)\./.test(event.data.event.type)) return;
      timer ??= setTimeout(() => {
        timer = undefined;
        void reload();
      }, RELOAD_AFTER_MS);
    });
    return () => {
      unsubscribe();
      clearTimeout(timer);
    };
  }, [events, isShown, hasStream, reload]);

  return {
    listed,
    ended,
    problem,
    reload,
    revoke: (id) =>
      attempt(async () => {
        const count = await session.revokeSession(id);
        announce(count === 1 ? "The session has been ended." : "The session had ended already.");
        await read();
      }),
    revokeOthers: () =>
      attempt(async () => {
        if (documents.revokeOthers === undefined) return;
        const answer = await session.request({ query: documents.revokeOthers });
        const { revoked } = fieldOf<{ readonly revoked: number | null }>(answer, "result");
        announce(`Other sessions that were ended: ${revoked ?? "not known yet"}.`);
        await read();
      }),
  };
}
