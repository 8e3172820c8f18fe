/** A length of time in words, at most two units: `4 min 12 s`, `2 h 5 min`, `45 s`. Negative lengths count as none. */
export const durationText = (seconds: number): string => {
  const whole = Math.max(0, Math.floor(seconds));
  const [days, hours, minutes] = [
    Math.floor(whole / 86_400),
    Math.floor(whole / 3600),
    Math.floor(whole / 60),
  ];
  if (days > 0) return joined([days, "d"], [hours % 24, "h"]);
  if (hours > 0) return joined([hours, "h"], [minutes % 60, "min"]);
  if (minutes > 0) return joined([minutes, "min"], [whole % 60, "s"]);
  return `${whole} s`;
};

const joined = (large: readonly [number, string], small: readonly [number, string]): string =>
  [large, small]
    .filter(([count]) => count > 0)
    .map(([count, unit]) => `${count} ${unit}`)
    .join(" ");

/** A moment in the time zone of the reader, with its date when it is not today. */
export const momentText = (unixSeconds: number, nowMs: number): string => {
  const moment = new Date(unixSeconds * 1000);
  if (Number.isNaN(moment.getTime())) return "an unknown time";
  return moment.toDateString() === new Date(nowMs).toDateString()
    ? moment.toLocaleTimeString()
    : moment.toLocaleString();
};
