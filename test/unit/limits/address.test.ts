import { describe, expect, it } from "vitest";
import { addressGroup, parseAddress } from "../../../src/limits/address.js";

describe("an address", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["203.0.113.7:40000", "203.0.113.7"],
    [' "203.0.113.7:1" ', "203.0.113.7"],
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::FFFF:203.0.113.7", "203.0.113.7"],
    ["::ffff:cb00:7107", "203.0.113.7"],
    ["0:0:0:0:0:ffff:cb00:7107", "203.0.113.7"],
    ["[::ffff:203.0.113.7]:443", "203.0.113.7"],
    ["64:ff9b::203.0.113.7", "203.0.113.7"],
    ["2001:DB8:0:0::1", "2001:db8::1"],
    ["[2001:db8::1]", "2001:db8::1"],
    ["[2001:db8::1]:65535", "2001:db8::1"],
    ['"[2001:db8::1]:443"', "2001:db8::1"],
    ["fe80::1%eth0", "fe80::1"],
    ["[fe80::1%25eth0]:8080", "fe80::1"],
    ["fe80::1%eth/0", "fe80::1"],
    ["::1", "::1"],
    ["::", "::"],
  ])("written %j is %s", (text, address) => {
    expect(parseAddress(text)).toBe(address);
  });

  it.each([
    "",
    "unknown",
    "_hidden",
    "203.0.113",
    "0203.0.113.7",
    "256.1.1.1",
    "01.2.3.4",
    "1.2.3.4.",
    "::ffff:1.2.3.256",
    "a]b",
    "::1/../x",
    "203.0.113.7:",
    "203.0.113.7:999999",
    "[203.0.113.7",
    "example.com",
    "2001:db8::1::2",
    "1.2.3.4\u0000",
  ])("is not found in %j", (text) => {
    expect(parseAddress(text)).toBeUndefined();
  });
});

describe("an address group", () => {
  it.each([
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:0DB8:0001:0002::1", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["192.0.2.1:40000", "192.0.2.1"],
    ["::ffff:c000:201", "192.0.2.1"],
    ["[2001:db8:1:2::9]:443", "2001:db8:1:2::/64"],
    ["no address", "no address"],
  ])("of %s is %s", (address, group) => {
    expect(addressGroup(address)).toBe(group);
  });

  it("is one for all hosts an IPv6 customer can invent", () => {
    const groups = Array.from({ length: 50 }, (_, i) => addressGroup(`2001:db8:7:8::${i.toString(16)}`));
    expect(new Set(groups).size).toBe(1);
  });
});
