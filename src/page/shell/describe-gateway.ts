import type { GatewayState } from "../state/gateway.js";

export interface Described {
  readonly kind: "good" | "attention" | "bad" | "unknown";
  readonly text: string;
}

const MODES = { demo: "Demo", dev: "Development", serve: "Serving" } as const;

/** The state of the graph in a few words, for the header. */
export function describeGateway(gateway: GatewayState): Described {
  if (gateway.kind === "loading") return { kind: "unknown", text: "Asking the gateway …" };
  if (gateway.kind === "unreachable") return { kind: "bad", text: gateway.message };
  const { mode, status, problems, subgraphs } = gateway.state;
  if (status === "waiting") return { kind: "attention", text: `${MODES[mode]} · waiting for a first graph` };
  if (problems.length > 0)
    return {
      kind: "attention",
      text: `${MODES[mode]} · ${counted(problems.length, "problem")}, last good graph serves`,
    };
  return {
    kind: "good",
    text: subgraphs.length === 0 ? MODES[mode] : `${MODES[mode]} · ${counted(subgraphs.length, "subgraph")}`,
  };
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
