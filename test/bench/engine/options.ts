import { cpus } from "node:os";
import { PEERS, type PeerName } from "../gateways/peers.js";
import { WORKLOADS, type WorkloadName } from "../graph/workloads.js";

export interface EngineOptions {
  readonly peers: readonly PeerName[];
  readonly workloads: readonly WorkloadName[];
  /** Of the gateway's CPU, per workload. */
  readonly warmUpSeconds: number;
  readonly rounds: number;
  readonly connections: number;
  readonly burstSeconds: number;
  /** Another built checkout of ours, measured beside this one as `before`. */
  readonly against: string | undefined;
  /** Measure how cost grows, too (ours alone). */
  readonly growth: boolean;
  /** Core of the gateway under load, and of everything else; `undefined` on a machine with one core. */
  readonly cores: { readonly gateway: number; readonly others: number } | undefined;
}

/**
 * `--quick`: A and B, one short round. `--only A,B`, `--peers stock,hive|none`, `--rounds N`, `--seconds N`,
 * `--connections N`, `--warm-up N`, `--growth`, `--against CHECKOUT` (another built checkout of ours, as `before`).
 *
 * @throws Error naming what is not understood
 */
export function engineOptions(argv: readonly string[]): EngineOptions {
  const quick = argv.includes("--quick");
  const value = (flag: string): string | undefined => {
    const at = argv.indexOf(flag);
    return at === -1 ? undefined : argv[at + 1];
  };
  const listed = <Name extends string>(flag: string, known: readonly Name[]): readonly Name[] | undefined =>
    value(flag)
      ?.split(",")
      .filter((name) => name !== "none")
      .map((name) => {
        const found = known.find((each) => each === name);
        if (found === undefined) throw new Error(`${flag}: ${name} is none of ${known.join(", ")}`);
        return found;
      });
  const all = WORKLOADS.map(({ name }) => name);
  return {
    peers: listed("--peers", PEERS) ?? PEERS,
    workloads: listed("--only", all) ?? (quick ? ["A", "B"] : all),
    warmUpSeconds: Number(value("--warm-up") ?? (quick ? 1 : 12)),
    connections: Number(value("--connections") ?? (quick ? 8 : 50)),
    rounds: Number(value("--rounds") ?? (quick ? 1 : 5)),
    burstSeconds: Number(value("--seconds") ?? (quick ? 1 : 5)),
    against: value("--against"),
    growth: argv.includes("--growth"),
    cores: cpus().length > 1 ? { gateway: cpus().length - 1, others: 0 } : undefined,
  };
}
