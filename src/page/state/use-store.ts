import { useEffect, useState } from "preact/hooks";
import type { Store } from "./store.js";

/** The value of a store; the component is rendered again when it changes. */
export function useStore<Value>(store: Pick<Store<Value>, "get" | "subscribe">): Value {
  const [value, setValue] = useState<{ readonly of: Value }>({ of: store.get() });
  useEffect(() => {
    const read = (): void =>
      setValue((before) => (Object.is(before.of, store.get()) ? before : { of: store.get() }));
    read();
    return store.subscribe(read);
  }, [store]);
  return value.of;
}
