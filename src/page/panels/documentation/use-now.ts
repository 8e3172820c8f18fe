import { useEffect, useState } from "preact/hooks";

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** The time, at an interval that is enough to see a sign-in grow old. Unix seconds. */
export function useNowSeconds(everyMs = 5000): number {
  const [now, setNow] = useState(nowSeconds);
  useEffect(() => {
    const timer = setInterval(() => setNow(nowSeconds()), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
  return now;
}
