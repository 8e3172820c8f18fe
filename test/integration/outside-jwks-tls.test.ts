import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type Server, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { JwksTls } from "../../src/tokens/jwks-document.js";
import type { KeySetRequest } from "../support/jwks-fetcher.js";
import { createOutsideIssuer, type OutsideIssuer } from "../support/outside-issuer.js";

const FETCHER = fileURLToPath(new URL("../support/jwks-fetcher.ts", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "cardea-jwks-tls-"));
const at = (name: string): string => join(directory, name);
const servers: Server[] = [];

let provider: OutsideIssuer;
let token: string | undefined;

const openssl = (...args: readonly string[]): Buffer => execFileSync("openssl", args, { stdio: "pipe" });
const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"] as const;

/** A certificate authority of its own: `<name>.pem`. */
function createAuthority(name: string): void {
  openssl(
    ...["req", "-x509", ...CURVE, "-days", "2", "-subj", `/CN=${name}`],
    ...["-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign"],
    ...["-keyout", at(`${name}.key`), "-out", at(`${name}.pem`)],
  );
}

/** A server's certificate by that authority, for these names. */
function certify(authority: string, server: string, names: string): void {
  openssl(
    "req",
    ...CURVE,
    "-subj",
    `/CN=${server}`,
    "-keyout",
    at(`${server}.key`),
    "-out",
    at(`${server}.csr`),
  );
  writeFileSync(at(`${server}.ext`), `subjectAltName=${names}\n`);
  openssl(
    ...["x509", "-req", "-days", "2", "-in", at(`${server}.csr`), "-extfile", at(`${server}.ext`)],
    ...["-CA", at(`${authority}.pem`), "-CAkey", at(`${authority}.key`), "-CAcreateserial"],
    ...["-out", at(`${server}.pem`)],
  );
}

async function serve(
  certificate: string,
  listener: RequestListener,
  options: ServerOptions = {},
): Promise<number> {
  const server = createServer({ ...pairOf(certificate), ...options }, listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

const pairOf = (name: string) => ({
  cert: readFileSync(at(`${name}.pem`), "utf8"),
  key: readFileSync(at(`${name}.key`), "utf8"),
});

/** What a process that trusts this authority beside the system's says to the token, for each place of the keys. */
async function ask(
  authority: string,
  ...places: readonly [jwks: string, allowPrivateAddresses: boolean, tls?: JwksTls][]
): Promise<readonly string[]> {
  const asked: KeySetRequest = {
    issuer: provider.issuer,
    audience: provider.audience,
    token: token ?? "",
    places: places.map(([jwks, allowPrivateAddresses, tls]) => ({ jwks, allowPrivateAddresses, tls })),
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", FETCHER, JSON.stringify(asked)],
    {
      env: {
        PATH: process.env["PATH"],
        NODE_EXTRA_CA_CERTS: at(`${authority}.pem`),
        // A habit of some deployments, which must change nothing here.
        NODE_TLS_REJECT_UNAUTHORIZED: "0",
      },
    },
  );
  return JSON.parse(stdout) as readonly string[];
}

let good: number;
let misnamed: number;
let redirecting: number;
let mutual: number;
let served = 0;

beforeAll(async () => {
  provider = await createOutsideIssuer(directory);
  token = await provider.mint({ anonymous: false, scopes: [], fresh: true }, Math.floor(Date.now() / 1000));
  const keys = readFileSync(provider.jwksPath);
  createAuthority("right");
  createAuthority("wrong");
  certify("right", "good", `DNS:localhost,DNS:${hostname()},IP:127.0.0.1`);
  certify("right", "misnamed", "DNS:login.elsewhere.example");
  certify("wrong", "client", "DNS:gateway.example");
  const answer: RequestListener = (_, response) => {
    served += 1;
    response.end(keys);
  };
  good = await serve("good", answer);
  misnamed = await serve("misnamed", answer);
  mutual = await serve("good", answer, { requestCert: true, ca: readFileSync(at("wrong.pem")) });
  redirecting = await serve("good", (_, response) => {
    response.writeHead(307, { location: `https://localhost:${good}/jwks.json` }).end();
  });
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(directory, { recursive: true, force: true });
});

describe("the key set of an outside issuer, over TLS", { timeout: 60_000 }, () => {
  it("is read from a server whose certificate is trusted for its name", async () => {
    const outcomes = await ask(
      "right",
      [`https://localhost:${good}/jwks.json`, true],
      [`https://127.0.0.1:${good}/jwks.json`, true],
    );
    expect(outcomes).toEqual(["verified", "verified"]);
    expect(served).toBe(2);
  });

  it("is not read, nor asked for, where the certificate is of another authority or for another name", async () => {
    const before = served;
    expect(await ask("wrong", [`https://localhost:${good}/jwks.json`, true])).toEqual([
      "FaultError SERVICE_UNAVAILABLE",
    ]);
    expect(await ask("right", [`https://localhost:${misnamed}/jwks.json`, true])).toEqual([
      "FaultError SERVICE_UNAVAILABLE",
    ]);
    expect(served).toBe(before);
  });

  it("is read by the authority the configuration names for it, which stands in place of the process's", async () => {
    const [right, wrong] = [{ ca: readFileSync(at("right.pem"), "utf8") }, { ca: pairOf("wrong").cert }];
    const url = `https://localhost:${good}/jwks.json`;
    expect(await ask("wrong", [url, true, right], [url, true])).toEqual([
      "verified",
      "FaultError SERVICE_UNAVAILABLE",
    ]);
    const before = served;
    expect(await ask("right", [url, true, wrong])).toEqual(["FaultError SERVICE_UNAVAILABLE"]);
    expect(served).toBe(before);
  });

  it("is read under the name the configuration expects, and with the certificate the server asks for", async () => {
    const elsewhere = { servername: "login.elsewhere.example" };
    const outcomes = await ask(
      "right",
      [`https://localhost:${misnamed}/jwks.json`, true, elsewhere],
      [`https://localhost:${good}/jwks.json`, true, elsewhere],
      [`https://localhost:${mutual}/jwks.json`, true, pairOf("client")],
      [`https://localhost:${mutual}/jwks.json`, true],
    );
    const refused = "FaultError SERVICE_UNAVAILABLE";
    expect(outcomes).toEqual(["verified", refused, "verified", refused]);
  });

  it("may have no TLS settings where there is no TLS", async () => {
    const ca = pairOf("right").cert;
    expect(
      await ask("right", [provider.jwksPath, true, { ca }], ["http://localhost:1/", true, { ca }]),
    ).toEqual(["ConfigError", "ConfigError"]);
  });

  it("is not followed to where the server points, even within the same trust", async () => {
    const before = served;
    expect(await ask("right", [`https://localhost:${redirecting}/jwks.json`, true])).toEqual([
      "FaultError SERVICE_UNAVAILABLE",
    ]);
    expect(served).toBe(before);
  });

  it("is not asked for at a private address unless that is allowed, spelled or by a name that leads there", async () => {
    const before = served;
    const outcomes = await ask(
      "right",
      [`https://127.0.0.1:${good}/jwks.json`, false],
      [`https://localhost:${good}/jwks.json`, false],
      [`https://${hostname()}:${good}/jwks.json`, false],
    );
    expect(outcomes).toEqual(["ConfigError", "ConfigError", "FaultError SERVICE_UNAVAILABLE"]);
    expect(served).toBe(before);
  });
});
