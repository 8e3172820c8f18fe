import { useEffect, useState } from "preact/hooks";

/** The value once it has not changed for a while: for what follows typing and need not follow every key. */
export function useSettled<Value>(value: Value, afterMs = 300): Value {
  const [settled, setSettled] = useState({ value });
  useEffect(() => {
    const timer = setTimeout(() => setSettled({ value }), afterMs);
    return () => clearTimeout(timer);
  }, [value, afterMs]);
  return settled.value;
}
