import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { ROOT } from "../architecture/source-files.js";
import { bundleForBrowser } from "./browser-bundle.js";

const client = (file: string): string => JSON.stringify(join(ROOT, "src/client", file));

/** An application with React, as small as it can be. `window.app` is the test's handle on it. */
const APPLICATION = `
  import { createElement as element } from "react";
  import { createRoot } from "react-dom/client";
  import { createSession, memoryStorage } from ${client("index.ts")};
  import { useSession, useStepUp } from ${client("react.ts")};

  const options = JSON.parse(document.getElementById("options").textContent);
  const session = createSession({
    ...options,
    storage: {
      ...memoryStorage(),
      signOutPending: {
        get: () => localStorage.getItem("signOutPending") === "true",
        set: (isPending) => localStorage.setItem("signOutPending", String(isPending)),
      },
    },
    url: new URL("/graphql", location.href).href,
    onSignedOut: (reason) => window.app.signedOut.push(reason ?? null),
  });
  window.app = { session, signedOut: [], prompts: [] };

  function Account() {
    const state = useSession(session);
    const prompt = useStepUp(session);
    const shown = prompt?.challenge.maxAge;
    if (prompt !== undefined && window.app.prompts.at(-1) !== shown) window.app.prompts.push(shown);
    return [
      element("output", { key: "state", id: "state" }, state.kind + " " + state.gateway),
      prompt && element("button", { key: "prove", id: "prove", onClick: () => prompt.prove(window.app.password) }, "Prove"),
      prompt && element("button", { key: "decline", id: "decline", onClick: prompt.decline }, "Decline"),
    ];
  }
  createRoot(document.getElementById("root")).render(element(Account));
`;

let bundle: ReturnType<typeof bundleForBrowser> | undefined;

export interface ClientPage {
  readonly origin: string;
  /** The gateway's GraphQL endpoint. */
  target: string;
  /** Bodies of the GraphQL requests that came, the newest last. */
  readonly bodies: string[];
  /** Called for each GraphQL request before it is forwarded; false drops the connection. */
  admit: (body: string) => boolean | Promise<boolean>;
  stop(): Promise<void>;
}

const read = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer); // node:http gives buffers by default
  return Buffer.concat(chunks);
};

/**
 * Serves the application, and the gateway below the same origin.
 *
 * @param target - the gateway's GraphQL endpoint
 * @param options - of `createSession`
 */
export async function startClientPage(target: string, options: object = {}): Promise<ClientPage> {
  bundle ??= bundleForBrowser(APPLICATION);
  const { files } = await bundle;
  const html = `<!doctype html><title>client</title><div id="root"></div>
    <script type="application/json" id="options">${JSON.stringify(options)}</script>
    <script type="module" src="/entry.js"></script>`;
  const server = createServer(async (request, response) => {
    const path = (request.url ?? "/").slice(1);
    if (request.method !== "POST") {
      const script = files.get(path);
      if (script === undefined)
        return void response.writeHead(200, { "content-type": "text/html" }).end(html);
      return void response.writeHead(200, { "content-type": "text/javascript" }).end(script);
    }
    const body = await read(request);
    page.bodies.push(body.toString("utf8"));
    if (!(await page.admit(body.toString("utf8")))) return void request.socket.destroy();
    const { host: _, connection: __, "content-length": ___, ...headers } = request.headers;
    const answer = await fetch(page.target, {
      method: "POST",
      headers: headers as Record<string, string>, // GraphQL requests repeat no header
      body: new Uint8Array(body),
    });
    const kept = [...answer.headers].filter(
      ([name]) => !["content-encoding", "transfer-encoding"].includes(name),
    );
    response.writeHead(answer.status, kept.flat());
    response.end(Buffer.from(await answer.arrayBuffer()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // listening on TCP, so an AddressInfo
  const page: ClientPage = {
    origin: `http://localhost:${port}`,
    target,
    bodies: [],
    admit: () => true,
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
  return page;
}
