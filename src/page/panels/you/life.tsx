import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Badge } from "../../parts/badge.js";
import { usePage } from "../../state/page.js";
import type { SessionView } from "../../state/session-view.js";
import { type Countdown, freshnessCountdown, tokenCountdown } from "./countdown.js";
import { momentText } from "./duration.js";
import { refusalText } from "./refusal-text.js";
import { useNow } from "./use-now.js";

interface LifeProps {
  readonly view: Extract<SessionView, { kind: "signedIn" }>;
  /** The window of `fresh`; `null` where the gateway does not tell it. */
  readonly freshSeconds: number | null;
  readonly isShown: boolean;
}

/** How long the access token and the proof of identity still count. */
export function Life({ view, freshSeconds, isShown }: LifeProps): JSX.Element {
  const page = usePage();
  const localNow = useNow(isShown);
  const [problem, setProblem] = useState<string>();
  const renewals = useRenewals(view.generation);
  const { claims } = view;
  const expiresAt = claims?.expiresAtSeconds ?? view.expiresAtSeconds;
  // The claims are moments of the gateway's clock, which may differ from ours.
  const now = localNow + (expiresAt - view.expiresAtSeconds) * 1000;
  const issuedAt = claims?.issuedAtSeconds ?? expiresAt - 300;
  const token = tokenCountdown({ issuedAt, expiresAt }, now);
  const authTime = claims?.authTimeSeconds;
  const freshness =
    authTime === undefined || freshSeconds === null
      ? undefined
      : freshnessCountdown({ authTime, freshSeconds }, now);
  useAnnounced(freshness, "Freshness");

  const attempt = (act: () => Promise<unknown>): void => {
    setProblem(undefined);
    act().catch((error: unknown) => setProblem(refusalText(error)));
  };
  const renew = async (): Promise<void> => {
    const used = await page.session.accessToken();
    if (used !== undefined) await page.session.refresh(used);
    page.announce("Access token renewed.");
  };
  return (
    <section class="card" aria-labelledby="you-life">
      <h2 id="you-life">How long it counts</h2>
      <div class="lives">
        <div class="life">
          <h3>Access token</h3>
          <Meter name="Life of the access token" countdown={token} words={TOKEN_WORDS} />
          <p class="quiet">
            {renewals.count === 0
              ? "Not renewed yet."
              : `Renewed ${renewals.count === 1 ? "once" : `${renewals.count} times`}, last at ${momentText(renewals.lastAtMs / 1000, localNow)}.`}
          </p>
          <button type="button" class="button" onClick={() => attempt(renew)}>
            Renew now
          </button>
        </div>
        <div class="life">
          <h3>Proof of identity</h3>
          {freshness === undefined ? (
            <p>
              {authTime === undefined
                ? "The token does not say when identity was proved."
                : `Last proved at ${momentText(authTime, now)}.`}
            </p>
          ) : (
            <Meter name="Freshness" countdown={freshness} words={FRESH_WORDS} />
          )}
          <p class="quiet">A renewal does not change it. Only a password does.</p>
          <button
            type="button"
            class="button"
            onClick={() =>
              attempt(() =>
                page.stepUp.request({
                  code: "STEP_UP_REQUIRED",
                  ...(freshSeconds === null ? {} : { maxAge: freshSeconds }),
                }),
              )
            }
          >
            Step up
          </button>
        </div>
      </div>
      {problem !== undefined && (
        <p class="problem-text" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}

type Words = Readonly<Record<Countdown["phase"], string>>;
const TOKEN_WORDS: Words = { ample: "valid", soon: "ends soon", over: "expired" };
const FRESH_WORDS: Words = { ample: "fresh", soon: "ends soon", over: "not fresh" };
const KINDS = { ample: "good", soon: "attention", over: "problem" } as const;

interface MeterProps {
  readonly name: string;
  readonly countdown: Countdown;
  readonly words: Words;
}

function Meter({ name, countdown: { phase, share, text }, words }: MeterProps): JSX.Element {
  return (
    <>
      <p class="life-text">
        <Badge kind={KINDS[phase]}>{words[phase]}</Badge> <span>{text}</span>
      </p>
      <progress class={`meter meter-${phase}`} aria-label={name} max={1} value={share} />
    </>
  );
}

/** How often the token was replaced since the panel was opened. */
function useRenewals(generation: number): { readonly count: number; readonly lastAtMs: number } {
  const [renewals, setRenewals] = useState({ generation, count: 0, lastAtMs: 0 });
  if (renewals.generation !== generation) {
    const next = { generation, count: renewals.count + 1, lastAtMs: Date.now() };
    setRenewals(next);
    return next;
  }
  return renewals;
}

/** Tells screen readers when a countdown gets into another phase: a text that changes every second is no live region. */
function useAnnounced(countdown: Countdown | undefined, name: string): void {
  const page = usePage();
  const phase = countdown?.phase;
  const before = useRef(phase);
  useEffect(() => {
    if (before.current !== phase && countdown !== undefined) page.announce(`${name}: ${countdown.text}`);
    before.current = phase;
  }, [phase, countdown, name, page]);
}
