import { fileURLToPath } from "node:url";
import { type Child, startChild } from "../support/child.js";

const SERVER = fileURLToPath(new URL("./serve.ts", import.meta.url));

export interface RunningSubgraphs {
  readonly origin: string;
  /** Requests answered so far: the difference over one operation is the number of its fetches. */
  served(): Promise<number>;
  stop(): Promise<void>;
}

/** Starts the subgraphs' one process. */
export async function startSubgraphs(core?: number): Promise<RunningSubgraphs> {
  const child: Child = startChild({
    name: "subgraphs",
    command: process.execPath,
    args: ["--import", "tsx", SERVER],
    ...(core === undefined ? {} : { core }),
  });
  try {
    const { port } = await child.line((line) =>
      line.startsWith("{") ? (JSON.parse(line) as { readonly port: number }) : undefined,
    );
    const origin = `http://127.0.0.1:${port}`;
    return {
      origin,
      served: async () => {
        const answer: { readonly served: number } = await (await fetch(origin)).json();
        return answer.served;
      },
      stop: () => child.stop(),
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
}
