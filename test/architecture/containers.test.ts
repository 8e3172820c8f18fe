import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { ROOT, readText } from "./source-files.js";

interface Service {
  readonly profiles?: readonly string[];
  readonly build?: { readonly target?: string };
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
}

const compose = parse(readText("docker-compose.yml")) as {
  readonly services: Readonly<Record<string, Service>>;
};
const dockerfile = readText("Dockerfile");
const ignored = readText(".dockerignore").split("\n");

describe("the containers", () => {
  it("run Redis so that it keeps sessions and evicts none", () => {
    expect(compose.services["redis"]?.command).toEqual(
      expect.arrayContaining(["--appendonly", "yes", "noeviction"]),
    );
  });

  it("keep the demo behind a profile, on a stage of the Dockerfile that exists", () => {
    const demo = compose.services["demo"];
    expect(demo?.profiles).toEqual(["demo"]);
    expect(dockerfile).toContain(` AS ${demo?.build?.target}`);
  });

  it("open their ports to this machine only", () => {
    const ports = Object.values(compose.services).flatMap((service) => service.ports ?? []);
    expect(ports.length).toBeGreaterThan(0);
    expect(ports.filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  it("copy into the image what is there and not ignored", () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+)$/gm)].flatMap(([, paths = ""]) =>
      paths.split(" ").slice(0, -1),
    );
    expect(copied).toContain("src");
    expect(copied.filter((path) => !existsSync(join(ROOT, path)) || ignored.includes(path))).toEqual([]);
  });

  it("are Debian's, as the planner is a glibc binary, and do not run as root", () => {
    const bases = [...dockerfile.matchAll(/^FROM (node:\S+)/gm)].map(([, base]) => base);
    expect(bases.every((base) => base?.endsWith("-bookworm-slim"))).toBe(true);
    expect(dockerfile.match(/^USER node$/gm)).toHaveLength(2);
  });
});
