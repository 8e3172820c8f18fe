import { Buffer } from "node:buffer";
import { clientId, DEFAULT_TENANT, sessionId, userId } from "../../src/domain/brand.js";
import type { Clock } from "../../src/domain/time.js";
import { generateKey } from "../../src/tokens/generate-key.js";
import { createTokenIssuer } from "../../src/tokens/issue.js";
import type { KeyRecord } from "../../src/tokens/key-record.js";
import { createKeyRing, type KeyRing } from "../../src/tokens/key-ring.js";
import type { RevocableToken, RevocationView } from "../../src/tokens/revocation-view.js";
import type { AccessTokenInput } from "../../src/tokens/token-issuer.js";
import { createTokenVerifier, type TokenVerifierOptions } from "../../src/tokens/verify.js";

export const NOW = 1_800_000_000;
export const ISSUER = "https://gateway.example";
export const AUDIENCE = "https://gateway.example/graphql";

/** A clock that moves only when the test advances it. */
export class ManualClock implements Clock {
  private ms: number;
  constructor(seconds: number = NOW) {
    this.ms = seconds * 1000;
  }
  nowMs(): number {
    return this.ms;
  }
  monotonicMs(): number {
    return this.ms;
  }
  advanceSeconds(seconds: number): void {
    this.ms += seconds * 1000;
  }
}

/** A revocation view whose answers the test sets. */
export class ScriptedRevocations implements RevocationView {
  readonly asked: RevocableToken[] = [];
  revokes: (token: RevocableToken) => boolean = () => false;
  isRevoked(token: RevocableToken): boolean {
    this.asked.push(token);
    return this.revokes(token);
  }
  isDegraded(): boolean {
    return false;
  }
}

export const anAccessToken = (changes: Partial<AccessTokenInput> = {}): AccessTokenInput => ({
  userId: userId("u-ada"),
  tenant: DEFAULT_TENANT,
  sessionId: sessionId("c2Vzc2lvbi1vbmU"),
  clientId: clientId("default"),
  generation: 3,
  epoch: 1_799_999_000_000,
  scopes: ["orders:read", "orders:write"],
  authTime: NOW - 20,
  acr: "1",
  amr: ["pwd"],
  ttlSeconds: 300,
  ...changes,
});

export interface TokenHarness {
  readonly key: KeyRecord;
  readonly keyRing: KeyRing;
  readonly clock: ManualClock;
  readonly revocations: ScriptedRevocations;
  readonly issuer: ReturnType<typeof createTokenIssuer>;
  readonly verifier: ReturnType<typeof createTokenVerifier>;
}

/** Issuer and verifier around one fresh ES256 key. */
export async function aTokenHarness(
  changes: {
    readonly key?: KeyRecord;
    readonly own?: Partial<TokenVerifierOptions["own"]>;
    readonly outside?: TokenVerifierOptions["outside"];
    readonly localUsers?: TokenVerifierOptions["localUsers"];
    readonly cacheSize?: number;
  } = {},
): Promise<TokenHarness> {
  const key = changes.key ?? (await generateKey());
  const keyRing = createKeyRing([key]);
  const clock = new ManualClock();
  const revocations = new ScriptedRevocations();
  const own = { issuer: ISSUER, audience: AUDIENCE, keyRing, ...changes.own };
  return {
    key,
    keyRing,
    clock,
    revocations,
    issuer: createTokenIssuer({
      ...own,
      ...(own.sealed === undefined ? {} : { sealer: own.sealed.sealer }),
    }),
    verifier: createTokenVerifier({
      own,
      reservedIssuers: [`${ISSUER}/identity`],
      revocations,
      clock,
      ...(changes.outside === undefined ? {} : { outside: changes.outside }),
      ...(changes.localUsers === undefined ? {} : { localUsers: changes.localUsers }),
      ...(changes.cacheSize === undefined ? {} : { cacheSize: changes.cacheSize }),
    }),
  };
}

export const encodePart = (value: unknown): string =>
  Buffer.from(JSON.stringify(value), "utf8").toString("base64url");

export const decodePart = (token: string, part: 0 | 1): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split(".")[part] ?? "", "base64url").toString("utf8"));
