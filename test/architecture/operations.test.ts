import { describe, expect, it } from "vitest";
import { readText } from "./source-files.js";

const manual = readText("docs/reference/metrics-and-events.md");
const inBackticks = (text: string): string[] =>
  [...text.matchAll(/`([\w.]+)`/g)].map(([, name = ""]) => name);

describe("the reference of metrics and events", () => {
  it("lists every metric with its labels, and none that does not exist", () => {
    const written = [...manual.matchAll(/^\| `(cardea_\w+)` \|([^|]*)\|/gm)].map(([, name, labels = ""]) => [
      name,
      inBackticks(labels),
    ]);
    const telemetry = ["metrics", "engine-metrics"]
      .map((name) => readText(`src/telemetry/${name}.ts`))
      .join("\n");
    const source = [
      ...telemetry.matchAll(/name: "(cardea_\w+)",[\s\S]*?(?:labelNames: \[([^\]]*)\]|\n {2}\}\))/g),
    ].map(([, name, labels = ""]) => [name, [...labels.matchAll(/"(\w+)"/g)].map(([, label]) => label)]);
    expect(source.length).toBeGreaterThan(5);
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(source));
  });

  it("lists every event at its level", () => {
    const written = [...manual.matchAll(/^\| (error|warn|info|debug) \| (.*) \|$/gm)].flatMap(
      ([, level, events = ""]) => inBackticks(events).map((event) => [event, level]),
    );
    const [, levels = ""] = /const LEVELS = \{([\s\S]*?)\}/.exec(readText("src/telemetry/log.ts")) ?? [];
    const source = [...levels.matchAll(/^\s*"?([\w.]+)"?: "(\w+)",/gm)].map(([, event, level]) => [
      event,
      level,
    ]);
    expect(source.length).toBeGreaterThan(15);
    expect(Object.fromEntries(written)).toEqual(Object.fromEntries(source));
  });
});
