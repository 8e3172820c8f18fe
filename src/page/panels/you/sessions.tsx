import type { JSX } from "preact";
import type { AuthNames } from "../../../http/page/contract.js";
import { Badge } from "../../parts/badge.js";
import { momentText } from "./duration.js";
import type { ListedSession } from "./sessions-query.js";
import { timelineLine } from "./timeline.js";
import { type SessionsOptions, useSessions } from "./use-sessions.js";

interface SessionsProps extends SessionsOptions {
  readonly auth: AuthNames;
}

/** The devices on which the user is signed in, with what happened to each. */
export function Sessions({ auth, ...options }: SessionsProps): JSX.Element {
  const { listed, ended, problem, reload, revoke, revokeOthers } = useSessions(auth, options);
  const others = listed?.filter(({ current }) => !current).length ?? 0;
  return (
    <section class="card" aria-labelledby="you-sessions">
      <div class="card-head">
        <h2 id="you-sessions">Your sessions</h2>
        <button type="button" class="button button-small" onClick={() => void reload()}>
          Read again
        </button>
        {others > 0 && auth.fields.revokeOtherSessions !== null && (
          <button type="button" class="button button-small button-danger" onClick={() => void revokeOthers()}>
            End all others
          </button>
        )}
      </div>
      {problem !== undefined && (
        <p class="problem-text" role="alert">
          {problem}
        </p>
      )}
      {listed === undefined && problem === undefined && <p class="quiet">Reading …</p>}
      <ul class="sessions">
        {listed?.map((one) => (
          <SessionItem
            key={one.id}
            session={one}
            {...(one.current || auth.fields.revokeSession === null
              ? {}
              : { revoke: () => void revoke(one.id) })}
          />
        ))}
      </ul>
      {ended.length > 0 && (
        <>
          <h3>Ended just now</h3>
          <ul class="sessions">
            {ended.map((one) => (
              <SessionItem key={one.id} session={one} isEnded />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

interface SessionItemProps {
  readonly session: ListedSession;
  readonly isEnded?: boolean;
  readonly revoke?: () => void;
}

const TONES = { usual: "", unusual: "timeline-unusual", ended: "timeline-ended" } as const;

function SessionItem({ session, isEnded = false, revoke }: SessionItemProps): JSX.Element {
  const nowMs = Date.now();
  const name = session.device ?? "A device without a name";
  return (
    <li>
      <div class="session-head">
        <p class="session-name">{name}</p>
        {session.current && <Badge kind="accent">this session</Badge>}
        {isEnded && <Badge kind="problem">ended</Badge>}
        {revoke !== undefined && (
          <button
            type="button"
            class="button button-small button-danger"
            aria-label={`End it: the session ${name}, begun ${momentText(session.createdAt, nowMs)}`}
            onClick={revoke}
          >
            End it
          </button>
        )}
      </div>
      <p class="quiet">
        Last seen {momentText(session.lastSeenAt, nowMs)}
        {session.ip !== null && ` from ${session.ip}`}
        {!isEnded && `. Ends ${momentText(session.expiresAt, nowMs)} unless it is used`}.
      </p>
      <p class="quiet">Scopes: {session.scopes.length === 0 ? "none" : session.scopes.join(" ")}</p>
      {session.events !== null && session.events.length > 0 && (
        <ol class="timeline" aria-label={`History of the session ${name}`}>
          {session.events.map((event) => {
            const { tone, text, when } = timelineLine(event, nowMs);
            return (
              <li key={`${event.reason} ${event.firstAt}`} class={TONES[tone]}>
                <span class="quiet">{when}</span> <span>{text}</span>
                {tone === "unusual" && <Badge kind="attention">unusual</Badge>}
              </li>
            );
          })}
        </ol>
      )}
    </li>
  );
}
