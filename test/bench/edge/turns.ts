import { Agent, request } from "node:http";
import { geometricMean, significant } from "../support/statistics.js";

/** One request of a turn; made anew for each, because a proof is used once. */
export interface Shot {
  readonly url: string;
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Spent {
  readonly cpuMicros: number;
  readonly all: number;
  readonly see: number;
}

const CONNECTIONS = 8;
const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

export interface Shown {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export const shoot = ({ url, method = "POST", headers = {}, body = "" }: Shot): Promise<Shown> =>
  new Promise((resolve, reject) => {
    const length = { "content-length": String(Buffer.byteLength(body)) };
    const sent = request(url, { method, agent, headers: { ...headers, ...length } }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          text: Buffer.concat(chunks).toString("utf8"),
        }),
      );
      response.on("error", reject);
    });
    sent.on("error", reject);
    sent.end(body);
  });

/** One turn: so many requests, eight at a time. @throws Error when an answer is not the expected one */
export async function turn(
  count: number,
  shot: () => Shot,
  isRight: (shown: Shown) => boolean,
): Promise<void> {
  let left = count;
  const worker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const shown = await shoot(shot());
      if (!isRight(shown)) throw new Error(`a wrong answer: ${shown.status} ${shown.text.slice(0, 200)}`);
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
}

export interface Way {
  readonly shot: () => Shot;
  readonly isRight: (shown: Shown) => boolean;
}

/** CPU of the process per request of `tried` ÷ that of `base`, in turns one after the other; the order changes. */
export async function pairedRatio(
  spent: () => Promise<Spent>,
  base: Way,
  tried: Way,
  { rounds, requests }: { readonly rounds: number; readonly requests: number },
): Promise<{ readonly ratio: number; readonly error: number; readonly microsPerRequest: number }> {
  const cost = async (way: Way): Promise<number> => {
    const before = await spent();
    await turn(requests, way.shot, way.isRight);
    return ((await spent()).cpuMicros - before.cpuMicros) / requests;
  };
  await cost(base);
  await cost(tried);
  const ratios: number[] = [];
  let micros = 0;
  for (let round = 0; round < rounds; round += 1) {
    const [first, second] = round % 2 === 0 ? [base, tried] : [tried, base];
    const [one, two] = [await cost(first), await cost(second)];
    const [baseCost, triedCost] = round % 2 === 0 ? [one, two] : [two, one];
    ratios.push(triedCost / baseCost);
    micros += triedCost / rounds;
  }
  const { mean, error } = geometricMean(ratios);
  return { ratio: significant(mean), error: significant(error, 2), microsPerRequest: significant(micros) };
}
