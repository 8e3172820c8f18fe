import { describe, expect, it } from "vitest";
import { parseRedisUrl } from "../../../../../src/stores/redis/connection/topology.js";
import { createRedisStores } from "../../../../../src/stores/redis/index.js";

describe("a store URL", () => {
  it.each([
    ["redis://localhost", { kind: "standalone", nodes: [{ host: "localhost", port: 6379 }] }, false, 0],
    [
      "redis://localhost:7000/3",
      { kind: "standalone", nodes: [{ host: "localhost", port: 7000 }] },
      false,
      3,
    ],
    [
      "rediss://[2001:db8::1]:7000",
      { kind: "standalone", nodes: [{ host: "2001:db8::1", port: 7000 }] },
      true,
      0,
    ],
    [
      "redis-sentinel://a:1,b/main/2",
      {
        kind: "sentinel",
        name: "main",
        nodes: [
          { host: "a", port: 1 },
          { host: "b", port: 26379 },
        ],
      },
      false,
      2,
    ],
    [
      "rediss-cluster://a:1,b:2",
      {
        kind: "cluster",
        nodes: [
          { host: "a", port: 1 },
          { host: "b", port: 2 },
        ],
      },
      true,
      0,
    ],
  ])("is read: %s", (url, topology, tls, database) => {
    expect(parseRedisUrl(url)).toEqual({ topology, tls, database });
  });

  it.each([
    ["redis://user:p%40ss%3Aword@h", { username: "user", password: "p@ss:word" }],
    ["redis://:secret@h", { password: "secret" }],
    ["redis://user@h", { username: "user" }],
    ["redis://user:a:b@h", { username: "user", password: "a:b" }],
  ])("carries its credentials: %s", (url, credentials) => {
    expect(parseRedisUrl(url)).toMatchObject(credentials);
  });

  it.each([
    "http://h",
    "redis:h",
    "redis://",
    "redis://a,b",
    "redis://h:0",
    "redis://h:99999",
    "redis://h/x",
    "redis://h?x=1",
    "redis-sentinel://h",
    "redis-cluster://h/0",
    "redis://user:%zz@h",
  ])("is refused, without being repeated: %s", (url) => {
    const secret = "hunter2";
    const withSecret = url.includes("@")
      ? url.replace("user", secret)
      : url.replace("//", `//user:${secret}@`);
    expect(() => parseRedisUrl(withSecret)).toThrow(TypeError);
    expect(() => parseRedisUrl(withSecret)).toThrow(/^(?!.*hunter2)/s);
  });

  it.each(["a{b}:", "a*", "two words"])(
    "does not go with the key prefix %s, which would change slots or patterns",
    (keyPrefix) => {
      expect(() => createRedisStores({ url: "redis://127.0.0.1:1", keyPrefix })).toThrow(TypeError);
    },
  );
});
