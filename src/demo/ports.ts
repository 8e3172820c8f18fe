import { createServer } from "node:net";

/** Is this port free on this host now? 0 asks for any and answers which. */
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
 * Ports for the demo: the preferred ones where they are free, any free one otherwise.
 *
 * Found by asking, so another process may take one in the moment between; the start fails plainly then.
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
