import { execFile, execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Asked } from "../support/jwks-asker.js";
import { createOutsideIssuer, type OutsideIssuer } from "../support/outside-issuer.js";

const ASKER = fileURLToPath(new URL("../support/jwks-asker.ts", import.meta.url));
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

async function serve(certificate: string, listener: RequestListener): Promise<number> {
  const server = createServer(
    { key: readFileSync(at(`${certificate}.key`)), cert: readFileSync(at(`${certificate}.pem`)) },
    listener,
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** What a process that trusts this authority beside the system's says to the token, for each place of the keys. */
async function ask(
  authority: string,
  ...places: readonly [jwks: string, allowPrivateAddresses: boolean][]
): Promise<readonly string[]> {
  const asked: Asked = {
    issuer: provider.issuer,
    audience: provider.audience,
    token: token ?? "",
    places: places.map(([jwks, allowPrivateAddresses]) => ({ jwks, allowPrivateAddresses })),
  };
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--import", "tsx", ASKER, JSON.stringify(asked)],
    {
      env: { PATH: process.env["PATH"], NODE_EXTRA_CA_CERTS: at(`${authority}.pem`) },
    },
  );
  return JSON.parse(stdout) as readonly string[];
}

let good: number;
let misnamed: number;
let redirecting: number;
let served = 0;

beforeAll(async () => {
  provider = await createOutsideIssuer(directory);
  token = await provider.mint({ anonymous: false, scopes: [], fresh: true }, Math.floor(Date.now() / 1000));
  const keys = readFileSync(provider.jwksPath);
  createAuthority("right");
  createAuthority("wrong");
  certify("right", "good", `DNS:localhost,DNS:${hostname()},IP:127.0.0.1`);
  certify("right", "misnamed", "DNS:login.elsewhere.example");
  const answer: RequestListener = (_, response) => {
    served += 1;
    response.end(keys);
  };
  good = await serve("good", answer);
  misnamed = await serve("misnamed", answer);
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
