export const MIN_SHARE = 15;
export const MAX_SHARE = 85;
const STEP = 4;

/** A share in percent that leaves room for both parts. Not a number: half. */
export const clampShare = (share: number): number =>
  Number.isFinite(share) ? Math.min(MAX_SHARE, Math.max(MIN_SHARE, share)) : 50;

/** The share after a key on the splitter; `undefined` for keys that do not move it. */
export function shareAfterKey(
  share: number,
  key: string,
  direction: "columns" | "rows",
  initial: number,
): number | undefined {
  const [less, more] = direction === "columns" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
  switch (key) {
    case less:
      return clampShare(share - STEP);
    case more:
      return clampShare(share + STEP);
    case "Home":
      return MIN_SHARE;
    case "End":
      return MAX_SHARE;
    case "Enter":
      return initial;
    default:
      return undefined;
  }
}
