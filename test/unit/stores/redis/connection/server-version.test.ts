import { describe, expect, it } from "vitest";
import {
  judgeServer,
  parseServerVersion,
  unfitStore,
} from "../../../../../src/stores/redis/connection/server-version.js";

const lines = (...fields: readonly string[]): string => ["# Server", ...fields, ""].join("\r\n");

const REDIS = lines("redis_version:7.0.15", "redis_git_sha1:00000000", "redis_mode:standalone");
const VALKEY = lines(
  "redis_version:7.2.4",
  "server_name:valkey",
  "valkey_version:8.0.1",
  "valkey_release_stage:ga",
  "redis_git_sha1:00000000",
  "server_mode:standalone",
);
/** The first Valkey had its own version in `redis_version`, and its name in another field. */
const FIRST_VALKEY = lines("redis_version:7.2.4", "server_name:valkey", "valkey_version:7.2.5");

const problemOf = (infos: readonly string[]) => {
  const names = infos.map(judgeServer).filter((name) => name !== undefined);
  return names.length === 0 ? undefined : unfitStore(names).problems[0];
};

describe("the version of a server", () => {
  it.each([
    [REDIS, "Redis", "7.0.15"],
    [lines("redis_version:6.2.14"), "Redis", "6.2.14"],
    [lines("redis_version:255.255.255"), "Redis", "255.255.255"],
    [VALKEY, "Valkey", "8.0.1"],
    [FIRST_VALKEY, "Valkey", "7.2.5"],
  ])("is read (%#)", (info, product, version) => {
    expect(parseServerVersion(info)).toEqual({ product, version });
  });

  it.each(["", "redis_version", "redis_version:", "redis_version:unstable", "not_redis_version:7.0.0"])(
    "is not made up from %j",
    (info) => {
      expect(parseServerVersion(info)).toBeUndefined();
    },
  );
});

describe("a server", () => {
  it.each([
    [[REDIS]],
    [[VALKEY]],
    [[FIRST_VALKEY]],
    [[lines("redis_version:7.0.0"), lines("redis_version:8.4.0")]],
    [[lines("redis_version:10.0.0")]],
  ])("new enough is taken (%#)", (infos) => {
    expect(problemOf(infos)).toBeUndefined();
  });

  it.each([
    [[lines("redis_version:6.2.14")], "Redis 6.2.14"],
    [[REDIS, lines("redis_version:6.9.0"), lines("redis_version:6.9.0")], "Redis 6.9.0"],
    [[lines("redis_version:4.0.9"), lines("redis_version:6.0.0")], "Redis 4.0.9, Redis 6.0.0"],
    [["# Server\r\n"], "a server whose version cannot be read"],
  ])("too old or unreadable is refused, naming what was found (%#)", (infos, found) => {
    expect(problemOf(infos)).toMatchObject({
      kind: "UNFIT_STORE",
      found,
      allowed: "Redis 7.0 or newer, or Valkey",
    });
  });
});
