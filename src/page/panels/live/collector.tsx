import type { JSX } from "preact";
import { useEffect } from "preact/hooks";
import { knownState } from "../../state/gateway.js";
import { usePage } from "../../state/page.js";
import { useStore } from "../../state/use-store.js";
import { collect } from "./live-list.js";

/** Collects events from the start: the panel that shows them is often opened after they happened. */
export function Collector(): JSX.Element | null {
  const { events, gateway } = usePage();
  // `cardea serve` has no stream.
  const hasStream = knownState(useStore(gateway.store))?.panels.includes("live") ?? false;
  useEffect(() => (hasStream ? collect(events) : undefined), [events, hasStream]);
  return null;
}
