import { describe, expect, it } from "vitest";
import { filesBelow, readText } from "./source-files.js";

const HEAD =
  /^# (.+)\n\n- Date: (\d{4}-\d{2}-\d{2})\n- Status: ((?:proposed|accepted|superseded)(?:; .+)?)\n/;

const records = filesBelow("docs/decisions").filter((path) => !path.endsWith("README.md"));

describe("the decision records", () => {
  it("are named by their date, and begin with a title, that date and a status", () => {
    expect(records.length).toBeGreaterThan(10);
    const wrong = records.filter(
      (path) => !path.startsWith(`docs/decisions/${HEAD.exec(readText(path))?.[2] ?? "without a head"}-`),
    );
    expect(wrong).toEqual([]);
  });

  it("are each listed in the index, with title and status, and nothing else is", () => {
    const listed = [
      ...readText("docs/decisions/README.md").matchAll(
        /^\| (\d{4}-\d{2}-\d{2}) \| \[(.+?)\]\((.+?)\) \| (.+) \|$/gm,
      ),
    ].map(([, date, title, file, status]) => ({ date, title, file, status }));
    const written = records.map((path) => {
      const [, title, date, status] = HEAD.exec(readText(path)) ?? [];
      return { date, title, file: path.replace("docs/decisions/", ""), status };
    });
    expect(listed).toEqual(written);
  });
});
