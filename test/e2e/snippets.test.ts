import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

/** What the text around the snippets takes as given. */
const GIVEN = `
declare const showLogin: () => void;
declare const askForPassword: () => Promise<string>;
declare const username: string;
declare const password: string;
declare const request: import("node:http").IncomingMessage;
declare const test: (name: string, run: () => unknown) => void;
type Subject = import("cardea/testing").SessionStoreSubject;
declare const store: Subject["store"];
declare const published: Subject["published"];
declare const nowMs: Subject["nowMs"];
declare const advance: Subject["advance"];
declare const oauth: typeof import("oauth4webapi");
declare const key: import("oauth4webapi").PrivateKey;
declare const createTestGateway: typeof import("cardea/testing").createTestGateway;
declare const createIdentityVerifier: typeof import("cardea/subgraph").createIdentityVerifier;
`;

const pages = [
  "README.md",
  ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" })
    // Those of the client set-ups are files of `examples/`, which the type check reads.
    .filter((path) => path.endsWith(".md") && !path.startsWith("guides/clients/"))
    .map((path) => join("docs", path)),
];
const snippets = pages.flatMap((page) =>
  [...readFileSync(join(ROOT, page), "utf8").matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(
    ([, text = ""], at) => ({
      name: `${page.replace(/\W/g, "-")}-${at + 1}.ts`,
      text,
    }),
  ),
);

// Inside the package: there its own name is what is published, built by `npm test`.
const folder = mkdtempSync(join(ROOT, "dist/.snippets-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const compile = (): Promise<string> =>
  new Promise((resolve) => {
    execFile(process.execPath, [TSC, "-p", folder], { cwd: folder }, (_error, stdout) => resolve(stdout));
  });

it("shows TypeScript in the README and the guides that compiles against what is published", async () => {
  expect(snippets.length).toBeGreaterThanOrEqual(4);
  writeFileSync(join(folder, "given.d.ts"), GIVEN);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"], exclude: [] }),
  );
  for (const { name, text } of snippets) writeFileSync(join(folder, name), `${text}\nexport {};\n`);
  expect(await compile()).toBe("");
  // It would notice.
  writeFileSync(
    join(folder, "wrong.ts"),
    'import { createSession } from "cardea/client";\ncreateSession({ urls: 1 });\n',
  );
  expect(await compile()).toMatch(/^wrong\.ts\(2,17\): error/);
}, 120_000);
