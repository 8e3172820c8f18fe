import { describe, expect, it } from "vitest";
import { sessionId } from "../../../../src/domain/brand.js";
import { createFormTokens } from "../../../../src/http/account/csrf.js";
import { messagePage, sessionsPage } from "../../../../src/http/account/page.js";
import { textsFor } from "../../../../src/http/account/texts.js";

describe("the token of a form", () => {
  const tokens = createFormTokens([Buffer.from("first secret"), Buffer.from("second secret")]);
  const mine = sessionId("mine");

  it("is valid for its session alone", () => {
    const token = tokens.issue(mine);
    expect(tokens.isValid(mine, token)).toBe(true);
    expect(tokens.isValid(sessionId("other"), token)).toBe(false);
  });

  it.each([undefined, "", "A", "A".repeat(43)])("is not %j", (token) => {
    expect(tokens.isValid(mine, token)).toBe(false);
  });

  it("is accepted under an older secret, and not under a removed one", () => {
    const older = createFormTokens([Buffer.from("second secret")]).issue(mine);
    expect(tokens.isValid(mine, older)).toBe(true);
    expect(createFormTokens([Buffer.from("third")]).isValid(mine, older)).toBe(false);
  });
});

describe("the language of the page", () => {
  it.each<[string | undefined, string]>([
    [undefined, "en"],
    ["", "en"],
    ["de", "de"],
    ["DE-ch", "de"],
    ["fr", "en"],
    ["fr, de;q=0.5, en;q=0.4", "de"],
    ["de;q=0, en", "en"],
    ["en, de", "en"],
    ["den", "en"],
  ])("for %j is %s", (header, language) => {
    expect(textsFor(header).language).toBe(language);
  });
});

describe("the text of the page", () => {
  it("escapes what users and clients wrote", () => {
    const hostile = `"><script>alert('1')</script>&`;
    const session = {
      id: sessionId(hostile),
      createdAt: 0,
      lastSeenAt: 0,
      device: hostile,
      ip: hostile,
      current: false,
    };
    const { body } = sessionsPage(textsFor("en"), [session], hostile);
    expect(body).not.toContain("<script");
    expect(body).not.toContain(hostile);
    expect(messagePage(200, textsFor("en"), "<b>").body).toContain("&lt;b&gt;");
  });

  it("offers to end the others only where there are others", () => {
    const session = { id: sessionId("a"), createdAt: 0, lastSeenAt: 0, current: true };
    expect(sessionsPage(textsFor("en"), [session], "t").body).not.toContain("others");
    const other = { ...session, id: sessionId("b"), current: false };
    expect(sessionsPage(textsFor("en"), [session, other], "t").body).toContain('name="others"');
  });
});
