import { describe, expect, it } from "vitest";
import { DEFAULT_TENANT } from "../../src/domain/brand.js";
import { publicSessionId } from "../../src/domain/session.js";
import type { RevocationLog } from "../../src/sessions/revocation-log.js";
import { createMemoryStores } from "../../src/stores/memory/index.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../src/tokens/issue.js";
import type { KeyRecord } from "../../src/tokens/key-record.js";
import { createKeyRing, type KeyRing } from "../../src/tokens/key-ring.js";
import { createTokenVerifier } from "../../src/tokens/verify.js";
import { gatewayDirectory, startAuthGateway } from "../support/auth-gateway.js";
import { createFakeClock, type FakeClock } from "../support/fake-clock.js";
import { rawBytes } from "../support/raw-http.js";
import { AUDIENCE, anAccessToken, ISSUER, NOW } from "../support/token-builders.js";

const ADAS = anAccessToken({ sessionId: publicSessionId(7, Buffer.alloc(16, 7)) });

interface Harness {
  readonly key: KeyRecord;
  readonly keyRing: KeyRing;
  readonly clock: FakeClock;
  readonly revocations: RevocationLog;
}

/** A verifier with real revocations, and its results for one connection and another. */
async function aHarness() {
  const key = await generateKey();
  const keyRing = createKeyRing([key]);
  const clock = createFakeClock(NOW * 1000);
  const { revocations } = createMemoryStores({ clock });
  const own = { issuer: ISSUER, audience: AUDIENCE, keyRing };
  const issuer = createTokenIssuer(own);
  const verifier = createTokenVerifier({ own, revocations, clock });
  const issue = async (name: string) => (await issuer.issue({ ...ADAS, claims: { name } }, NOW)).token;
  /** Who is let in by it; else the reason why nobody is. */
  const over = (connection: object) => async (token: string) => {
    // A request brings its token as another string each time.
    const outcome = await verifier.verify(Buffer.from(token, "latin1").toString("latin1"), connection);
    return outcome.kind === "verified" ? outcome.principal.claims["name"] : outcome.reason;
  };
  return { key, keyRing, clock, revocations, issue, over };
}

/** Another character in the place of the last: the same length, and all else alike. */
const otherwiseEnded = (token: string): readonly string[] =>
  [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_="]
    .map((last) => token.slice(0, -1) + last)
    .filter((each) => each !== token);

/** The other spelling of an ECDSA signature: (r, n - s) is as good as (r, s). */
function twinOf(token: string): string {
  const order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
  const at = token.lastIndexOf(".") + 1;
  const signature = Buffer.from(token.slice(at), "base64url");
  const s = BigInt(`0x${signature.toString("hex", 32)}`);
  const other = (order - s).toString(16).padStart(64, "0");
  return (
    token.slice(0, at) +
    Buffer.concat([signature.subarray(0, 32), Buffer.from(other, "hex")]).toString("base64url")
  );
}

describe("tokens that take turns on one connection", () => {
  it("are each their own user's, in any order", async () => {
    const { issue, over } = await aHarness();
    const [ada, bob, here] = [await issue("ada"), await issue("bob"), over({})];
    expect(ada).toHaveLength(bob.length);
    for (const name of "ada ada bob bob bob ada bob ada ada".split(" "))
      expect(await here(name === "ada" ? ada : bob)).toBe(name);
  });

  it("are refused when they differ from the one before in their last character alone", async () => {
    const { issue, over } = await aHarness();
    const [ada, here] = [await issue("ada"), over({})];
    for (const forged of otherwiseEnded(ada)) {
      expect(await here(ada)).toBe("ada");
      expect(await here(forged)).toBe("TOKEN_INVALID");
      expect(await here(forged)).toBe("TOKEN_INVALID");
    }
    expect(await here(ada)).toBe("ada");
  });

  it("are refused when any one character of the one before is another, or one is missing or too many", async () => {
    const { issue, over } = await aHarness();
    const [ada, here] = [await issue("ada"), over({})];
    for (let at = 0; at < ada.length; at += 7) {
      const other = ada[at] === "A" ? "B" : "A";
      expect(await here(ada)).toBe("ada");
      expect(await here(ada.slice(0, at) + other + ada.slice(at + 1))).toBe("TOKEN_INVALID");
      expect(await here(ada)).toBe("ada");
      expect(await here(ada.slice(0, at) + ada.slice(at + 1))).toBe("TOKEN_INVALID");
    }
    for (const longer of [`${ada} `, `${ada}\0`, `${ada}.`, ` ${ada}`])
      expect(await here(longer)).toBe("TOKEN_INVALID");
  });

  it("and are twins of one signature, are revoked together", async () => {
    const { issue, over, revocations } = await aHarness();
    const [ada, here] = [await issue("ada"), over({})];
    const twin = twinOf(ada);
    expect(twin).not.toBe(ada);
    for (const token of [ada, ada, twin, twin, ada, twin]) expect(await here(token)).toBe("ada");
    revocations.apply({
      kind: "session",
      tenant: DEFAULT_TENANT,
      sessionId: ADAS.sessionId,
      until: NOW + 400,
    });
    for (const token of [twin, ada, twin]) expect(await here(token)).toBe("TOKEN_REVOKED");
  });
});

const ENDS: readonly (readonly [string, string, (harness: Harness) => void | Promise<void>])[] = [
  [
    "its session is revoked",
    "TOKEN_REVOKED",
    ({ revocations }) =>
      revocations.apply({
        kind: "session",
        tenant: DEFAULT_TENANT,
        sessionId: ADAS.sessionId,
        until: NOW + 400,
      }),
  ],
  [
    "its user's epoch is raised",
    "TOKEN_REVOKED",
    ({ revocations }) =>
      revocations.apply({
        kind: "user",
        tenant: DEFAULT_TENANT,
        subject: ADAS.userId,
        epoch: ADAS.epoch + 1,
        until: NOW + 400,
      }),
  ],
  [
    "everybody has to sign in again",
    "TOKEN_REVOKED",
    ({ revocations }) => revocations.apply({ kind: "global", notBefore: NOW + 1, until: NOW + 400 }),
  ],
  ["it expires", "TOKEN_EXPIRED", ({ clock }) => clock.advanceSeconds(300)],
  [
    "its key is retired",
    "TOKEN_INVALID",
    async ({ keyRing, key }) => keyRing.replace([{ ...key, retiredAt: NOW }, await generateKey()]),
  ],
  [
    "its key id comes to name another key",
    "TOKEN_INVALID",
    async ({ keyRing, key }) => keyRing.replace([{ ...(await generateKey()), kid: key.kid }]),
  ],
];

describe("a token repeated on its connection", () => {
  it.each(ENDS)("is refused from the moment %s", async (_, reason, end) => {
    const harness = await aHarness();
    const [ada, here, elsewhere] = [await harness.issue("ada"), harness.over({}), harness.over({})];
    for (const verify of [here, here, here, elsewhere, elsewhere]) expect(await verify(ada)).toBe("ada");
    await end(harness);
    for (const verify of [here, here, elsewhere, here, harness.over({})])
      expect(await verify(ada)).toBe(reason);
  });

  it("opens nothing to another connection that sends less than the whole of it", async () => {
    const { issue, over } = await aHarness();
    const [ada, here, elsewhere] = [await issue("ada"), over({}), over({})];
    for (const token of ["", ada.slice(0, -1), ada.slice(0, ada.lastIndexOf(".") + 1)]) {
      expect(await here(ada)).toBe("ada");
      expect(await elsewhere(token)).toBe("TOKEN_INVALID");
    }
  });
});

describe("requests sent on one connection without waiting for answers", () => {
  it("are each answered as their own token's user", async () => {
    const harness = await startAuthGateway({}, gatewayDirectory());
    try {
      const [one, other] = [(await harness.login()).accessToken, (await harness.login()).accessToken];
      const sessionOf = async (token: string) =>
        String((await harness.ask("{ session { id } }", {}, token)).body.data?.["session"]?.["id"]);
      const ids = new Map([
        [one, await sessionOf(one)],
        [other, await sessionOf(other)],
        [`${one.slice(0, -1)}=`, "TOKEN_INVALID"],
        ["", "UNAUTHENTICATED"],
      ]);
      const [forged = "", none = ""] = [...ids.keys()].slice(2);
      const sent = [
        one,
        one,
        other,
        forged,
        one,
        none,
        one,
        other,
        other,
        forged,
        forged,
        other,
        none,
        one,
        one,
      ];
      const body = JSON.stringify({ query: "{ session { id } }" });
      const bytes = sent.map((token, at) =>
        [
          "POST /graphql HTTP/1.1",
          "host: gateway",
          "content-type: application/json",
          ...(token === "" ? [] : [`authorization: Bearer ${token}`]),
          ...(at === sent.length - 1 ? ["connection: close"] : []),
          `content-length: ${body.length}`,
          "",
          body,
        ].join("\r\n"),
      );
      const answers = (await rawBytes(harness.gateway.url, bytes.join(""), 10_000))
        .split("HTTP/1.1 ")
        .slice(1);
      expect(answers).toHaveLength(sent.length);
      for (const [at, token] of sent.entries()) {
        const user = [...ids.values()].find((id) => answers[at]?.includes(`"${id}"`));
        expect(user).toBe(ids.get(token));
      }
    } finally {
      await harness.stop();
    }
  });
});
