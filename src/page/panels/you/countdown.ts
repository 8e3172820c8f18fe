import { durationText } from "./duration.js";

/** What is left of a life. `soon`: less than a fifth, or less than ten seconds. The text says what the colours say. */
export interface Countdown {
  readonly phase: "ample" | "soon" | "over";
  readonly secondsLeft: number;
  /** From 1 to 0. */
  readonly share: number;
  readonly text: string;
}

const SOON_SECONDS = 10;
const SOON_SHARE = 0.2;

const left = (endsAtSeconds: number, lifeSeconds: number, nowMs: number): Omit<Countdown, "text"> => {
  const secondsLeft = Math.max(0, endsAtSeconds - nowMs / 1000);
  const share = lifeSeconds > 0 ? Math.min(1, secondsLeft / lifeSeconds) : 0;
  if (secondsLeft === 0) return { phase: "over", secondsLeft, share: 0 };
  const isSoon = secondsLeft < SOON_SECONDS || share < SOON_SHARE;
  return { phase: isSoon ? "soon" : "ample", secondsLeft, share };
};

/**
 * The life of an access token.
 *
 * @param life - when it was issued and when it expires, in Unix seconds by the clock of the gateway
 * @param nowMs - Unix milliseconds by the same clock
 */
export const tokenCountdown = (
  { issuedAt, expiresAt }: { readonly issuedAt: number; readonly expiresAt: number },
  nowMs: number,
): Countdown => {
  const rest = left(expiresAt, expiresAt - issuedAt, nowMs);
  const text =
    rest.phase === "over"
      ? "Expired. The next request renews it."
      : rest.phase === "soon"
        ? `Expires in ${durationText(Math.ceil(rest.secondsLeft))}. Renewed before it is sent again.`
        : `Valid for ${durationText(Math.ceil(rest.secondsLeft))}.`;
  return { ...rest, text };
};

/**
 * How long fields with `@auth(fresh: true)` stay open.
 *
 * @param proof - when the user last proved who they are, in Unix seconds, and how long that counts
 */
export const freshnessCountdown = (
  { authTime, freshSeconds }: { readonly authTime: number; readonly freshSeconds: number },
  nowMs: number,
): Countdown => {
  const rest = left(authTime + freshSeconds, freshSeconds, nowMs);
  const text =
    rest.phase === "over"
      ? `Not fresh: the last proof of identity was ${durationText(nowMs / 1000 - authTime)} ago. Fields with fresh need a step-up.`
      : `Fresh for ${durationText(Math.ceil(rest.secondsLeft))}. Fields with fresh are open.`;
  return { ...rest, text };
};
