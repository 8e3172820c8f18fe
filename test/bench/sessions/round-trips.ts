import { setTimeout as pause } from "node:timers/promises";
import type { Authenticated } from "../../../src/domain/principal.js";
import { aRequestOrigin, PASSWORD } from "../../support/session-bench.js";
import { type CountingProxy, startCountingProxy } from "./counting-proxy.js";
import { createStack, type Stack, userNames } from "./stack.js";

export interface RoundTrips {
  readonly login: number;
  readonly reauthenticate: number;
  readonly refresh: number;
  readonly revoke: number;
  readonly verify: number;
}

const TIMES = 20;
const IDLE_MS = 1_500;

/** Store round trips of each verb, counted on the wire, one verb at a time. */
export async function countRoundTrips(redisPort: number): Promise<RoundTrips> {
  const proxy = await startCountingProxy(redisPort);
  const names = userNames(TIMES);
  const stack = await createStack(`redis://127.0.0.1:${proxy.port}`, names);
  try {
    const origin = aRequestOrigin();
    const login = (username: string) => stack.service.login({ username, password: PASSWORD }, origin);
    const principalOf = async (token: string): Promise<Authenticated> => {
      const outcome = await stack.verifier.verify(token);
      if (outcome.kind !== "verified") throw new Error(`our own token was refused: ${outcome.detail}`);
      return outcome.principal;
    };
    // Every script is loaded, every connection open.
    const first = await login("user0");
    await stack.service.refresh({ refreshToken: first.pair.refreshToken ?? "" }, origin);
    const known = await principalOf(first.pair.accessToken);
    await stack.service.reauthenticate(known, PASSWORD, origin);
    await stack.service.revoke(known, undefined, origin);

    const background = await talkers(proxy);
    const count = async (act: (index: number) => Promise<unknown>): Promise<number> => {
      const before = foreground(proxy, background);
      for (let index = 0; index < TIMES; index += 1) await act(index);
      return (foreground(proxy, background) - before) / TIMES;
    };
    const grants: Awaited<ReturnType<Stack["service"]["login"]>>[] = [];
    const loginTrips = await count(async (index) => grants.push(await login(names[index] ?? "")));
    const granted = (index: number) => {
      const grant = grants[index];
      if (grant === undefined) throw new Error("no such grant");
      return grant;
    };
    // From here on the access token is of the present generation, as a client's is.
    const refresh = await count(async (index) => {
      grants[index] = await stack.service.refresh(
        { refreshToken: granted(index).pair.refreshToken ?? "" },
        origin,
      );
    });
    const verify = await count((index) => principalOf(granted(index).pair.accessToken));
    const reauthenticate = await count(async (index) =>
      stack.service.reauthenticate(await principalOf(granted(index).pair.accessToken), PASSWORD, origin),
    );
    const revoke = await count(async (index) =>
      stack.service.revoke(await principalOf(granted(index).pair.accessToken), undefined, origin),
    );
    return { login: loginTrips, reauthenticate, refresh, revoke, verify };
  } finally {
    await stack.close();
    await proxy.close();
  }
}

/** Connections with traffic while there are no requests: the polls of the revocation log. */
async function talkers(proxy: CountingProxy): Promise<ReadonlySet<number>> {
  const before = proxy.turns();
  await pause(IDLE_MS);
  const talking = new Set<number>();
  for (const [connection, turns] of proxy.turns())
    if (turns !== before.get(connection)) talking.add(connection);
  return talking;
}

function foreground(proxy: CountingProxy, background: ReadonlySet<number>): number {
  let sum = 0;
  for (const [connection, turns] of proxy.turns()) if (!background.has(connection)) sum += turns;
  return sum;
}
