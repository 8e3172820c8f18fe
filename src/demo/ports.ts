import { createServer } from "node:net";

/** Returns the port if it is free on this host. 0: returns any free port. */
function tryPort(host: string, port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, host, () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}

/**
 * Finds ports for the demo: each preferred port if it is free, otherwise any free one.
 *
 * Another process may bind a port between this check and the start; then the start fails with an error.
 */
export async function findPorts(host: string, preferred: readonly number[]): Promise<readonly number[]> {
  const found: number[] = [];
  for (const port of preferred) {
    const free =
      (port !== 0 && !found.includes(port) ? await tryPort(host, port) : undefined) ??
      (await tryPort(host, 0));
    if (free === undefined) throw new Error(`no free port on ${host}`);
    found.push(free);
  }
  return found;
}
