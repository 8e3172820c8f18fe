import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type IncomingMessage, request as requestOf, type ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { build, type Rollup } from "vite";
import { createAuthority } from "./certificates.js";
import { startBrowser } from "./chromium.js";

/** `example.test` and its hosts are one site for a browser; the others are sites of their own. */
const HOSTS = [
  "app.example.test",
  "api.example.test",
  "sub.example.test",
  "evil.test",
  "other.test",
  "widget.test",
];

/** What happens to a request on its way to the gateway. Default: it passes, and so does its answer. */
export type OnTheWay = (request: IncomingMessage) => Promise<"pass" | "lose the answer">;

/** Web sites with TLS in one process, and a browser that finds them. */
export interface Sites {
  readonly browser: Browser;
  /** e.g. `https://app.example.test:4433` */
  origin(host: string): string;
  /** Serves the GraphQL endpoint of the gateway at `api.example.test`, and at `app.example.test` under `/graphql`. */
  serve(gatewayUrl: string): void;
  /** The page at an address; other addresses have an empty page. */
  page(host: string, path: string, html: string): void;
  /** A redirect that keeps method and body. */
  redirect(host: string, path: string, to: string): void;
  onTheWay: OnTheWay;
  context(): Promise<BrowserContext>;
  /** Opens the front page of a host. */
  open(context: BrowserContext, host: string, path?: string): Promise<Page>;
  close(): Promise<void>;
}

export async function startSites(): Promise<Sites> {
  const authority = createAuthority("browser tests");
  const pages = new Map<string, string>();
  const redirects = new Map<string, string>();
  const scripts = await clientScripts();
  let gateway: URL | undefined;
  const open = new Set<Socket>();

  const server = createServer(
    authority.issue(
      "sites",
      HOSTS.map((host) => `DNS:${host}`),
    ),
    (request, response) => {
      const [host = ""] = (request.headers.host ?? "").split(":");
      const path = request.url?.split("?")[0] ?? "/";
      const redirected = redirects.get(`${host}${path}`);
      const script = scripts.get(path);
      if (redirected !== undefined) {
        response.writeHead(307, { location: redirected, "access-control-allow-origin": "*" }).end();
      } else if (gateway !== undefined && isForGateway(host, path)) {
        void forward(gateway, request, response, sites.onTheWay);
      } else if (script !== undefined) {
        response.writeHead(200, { "content-type": "text/javascript" }).end(script);
      } else {
        const html = pages.get(`${host}${path}`) ?? `<!doctype html><title>${host}</title>`;
        response.writeHead(200, { "content-type": "text/html; charset=utf-8" }).end(html);
      }
    },
  );
  server.on("connection", (socket: Socket) => {
    open.add(socket);
    socket.on("close", () => open.delete(socket));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a TCP server has an AddressInfo
  const browser = await startBrowser(["--host-resolver-rules=MAP *.test 127.0.0.1"]);
  const sites: Sites = {
    browser,
    origin: (host) => `https://${host}:${port}`,
    serve(url) {
      gateway = new URL(url);
    },
    page: (host, path, html) => void pages.set(`${host}${path}`, html),
    redirect: (host, path, to) => void redirects.set(`${host}${path}`, to),
    onTheWay: async () => "pass",
    context: () => browser.newContext({ ignoreHTTPSErrors: true }),
    async open(context, host, path = "/") {
      const page = await context.newPage();
      await page.goto(`${sites.origin(host)}${path}`);
      return page;
    },
    async close() {
      await browser.close();
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
  return sites;
}

const isForGateway = (host: string, path: string): boolean =>
  host === "api.example.test" || (host === "app.example.test" && path === "/graphql");

/** A reverse proxy: method, headers and body as they came. */
async function forward(
  gateway: URL,
  request: IncomingMessage,
  response: ServerResponse,
  onTheWay: OnTheWay,
): Promise<void> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer); // node:http gives buffers by default
  } catch {
    return; // the browser has left
  }
  const fate = await onTheWay(request);
  const forwarded = requestOf(
    {
      host: gateway.hostname,
      port: gateway.port,
      path: request.url,
      method: request.method,
      headers: request.headers,
    },
    (answer) => {
      if (fate === "lose the answer") {
        answer.resume();
        answer.on("end", () => response.destroy());
        return;
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
    },
  );
  forwarded.on("error", () => response.destroy());
  forwarded.end(Buffer.concat(chunks));
}

/** `cardea/client` as its users' bundlers deliver it (`/client.js`), and the package `dpop` (`/dpop.js`). */
async function clientScripts(): Promise<ReadonlyMap<string, string>> {
  const built = await build({
    configFile: false,
    logLevel: "silent",
    build: {
      write: false,
      minify: false,
      lib: { entry: "src/client/index.ts", formats: ["es"], fileName: () => "client.js" },
    },
  });
  const [{ output }] = [built].flat() as [Rollup.RollupOutput]; // one format, and no watcher
  const scripts = new Map<string, string>();
  for (const each of output) if (each.type === "chunk") scripts.set(`/${each.fileName}`, each.code);
  scripts.set("/dpop.js", readFileSync("node_modules/dpop/build/index.js", "utf8"));
  return scripts;
}

export interface PageAnswer {
  readonly status: number;
  readonly nonce: string | null;
  readonly text: string;
  readonly body: {
    readonly data?: Readonly<Record<string, Readonly<Record<string, unknown>> | null>> | null;
    readonly errors?: readonly { readonly extensions: Readonly<Record<string, unknown>> }[];
  };
}

/** Sends an operation from a page, as its script would. */
export async function askFrom(
  page: Pick<Page, "evaluate">,
  url: string,
  query: string,
  variables: object = {},
): Promise<PageAnswer> {
  const answer = await page.evaluate(
    async ([address, body]) => {
      const response = await fetch(address, {
        method: "POST",
        credentials: "include",
        headers: { "content-type": "application/json" },
        body,
      });
      return {
        status: response.status,
        nonce: response.headers.get("dpop-nonce"),
        text: await response.text(),
      };
    },
    [url, JSON.stringify({ query, variables })] as const,
  );
  return { ...answer, body: answer.text === "" ? {} : JSON.parse(answer.text) };
}
