import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A certificate and its key, PEM. */
export interface KeyPair {
  readonly cert: string;
  readonly key: string;
}

export interface Authority {
  /** PEM. */
  readonly ca: string;
  /** @param altNames - e.g. `IP:127.0.0.1` or `DNS:books.internal` */
  issue(commonName: string, altNames: readonly string[]): KeyPair;
}

const CURVE = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** An authority of its own for one test: nobody else trusts it. */
export function createAuthority(name: string): Authority {
  const folder = mkdtempSync(join(tmpdir(), "cardea-ca-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = (each: string): string => join(folder, each);
  const openssl = (...args: string[]): void =>
    void execFileSync("openssl", args, { stdio: ["ignore", "ignore", "ignore"] });
  openssl(
    ...["req", "-x509", ...CURVE, "-subj", `/CN=${name}`, "-days", "2"],
    ...["-keyout", file("ca.key"), "-out", file("ca.pem")],
  );
  let issued = 0;
  return {
    ca: readFileSync(file("ca.pem"), "utf8"),
    issue(commonName, altNames) {
      issued += 1;
      const own = (suffix: string): string => file(`${issued}.${suffix}`);
      writeFileSync(own("ext"), `subjectAltName=${altNames.join(",")}\n`);
      openssl("req", ...CURVE, "-subj", `/CN=${commonName}`, "-keyout", own("key"), "-out", own("csr"));
      openssl(
        ...["x509", "-req", "-in", own("csr"), "-days", "2", "-extfile", own("ext"), "-out", own("pem")],
        ...["-CA", file("ca.pem"), "-CAkey", file("ca.key"), "-CAcreateserial"],
      );
      return { cert: readFileSync(own("pem"), "utf8"), key: readFileSync(own("key"), "utf8") };
    },
  };
}
