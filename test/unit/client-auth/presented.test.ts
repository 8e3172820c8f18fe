import { describe, expect, it } from "vitest";
import { readBasic } from "../../../src/client-auth/presented.js";

const basic = (text: string): string => `Basic ${Buffer.from(text, "utf8").toString("base64")}`;

describe("the credentials of client_secret_basic", () => {
  it("are form-encoded, then joined by a colon (RFC 6749 §2.3.1)", () => {
    expect(readBasic(basic("bff:s3cret"))).toEqual({ clientId: "bff", secret: "s3cret" });
    expect(readBasic(basic("https%3A%2F%2F9:a%2Bb%3Ac+d%25"))).toEqual({
      clientId: "https://9",
      secret: "a+b:c d%",
    });
  });

  it("may have a colon in the secret, and none in the id", () => {
    expect(readBasic(basic("bff:a:b"))).toEqual({ clientId: "bff", secret: "a:b" });
  });

  it("name the scheme in any case (RFC 7235 §2.1)", () => {
    expect(readBasic(basic("a:b").replace("Basic", "bAsIc"))).toEqual({ clientId: "a", secret: "b" });
  });

  it.each([
    ["no colon", basic("bff")],
    ["no id", basic(":secret")],
    ["a broken percent-encoding", basic("bff:%zz")],
    ["bytes that are not UTF-8", `Basic ${Buffer.from([0x62, 0x3a, 0xff]).toString("base64")}`],
    ["base64 with loose bits", "Basic YTpiZ="],
    ["base64 without its padding", "Basic YTpi Yw"],
    ["base64url", "Basic YT-_"],
    ["another scheme", "Digest YTpi"],
    ["nothing", "Basic "],
  ])("are refused with %s", (_, header) => {
    expect(readBasic(header)).toBeUndefined();
  });
});
