import { describe, expect, it } from "vitest";
import { prefersHtml } from "../../../../src/http/page/prefers-html.js";

describe("a client that prefers a page", () => {
  it.each([
    ["text/html", true],
    ["TEXT/HTML ; charset=utf-8", true],
    ["text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", true],
    ["application/json;q=0.9, text/html", true],
    ["text/html, application/json", true],
    ["application/json, text/html", false],
    ["text/html;q=0.3, multipart/mixed", false],
    ["text/html;q=0.3, text/event-stream;q=0.2", true],
    ["text/html;q=0", false],
    ["text/html;q=0.000", false],
    ["text/html;q=2", false],
    ["text/html;q=much", false],
    ["text/html2", false],
    ["text/*", false],
    ["*/*", false],
    ["", false],
    [undefined, false],
  ])("names text/html before every type of GraphQL: %j is %j", (accept, expected) => {
    expect(prefersHtml(accept)).toBe(expected);
  });
});
