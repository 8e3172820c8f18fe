import { createHash, randomBytes } from "node:crypto";
import { userReference } from "../credentials/user-directory.js";
import {
  DEFAULT_CLIENT,
  DEFAULT_TENANT,
  type SessionId,
  type TenantId,
  tenantId,
  type UserId,
  userId,
} from "../domain/brand.js";
import type { CreateSession, ElevateSession, RotateSession } from "../domain/commands.js";
import { HEALED_GENERATIONS, partitionOf, publicSessionId, type SecretHash } from "../domain/session.js";

/** The chain of refresh-token secrets of a session, one per generation. */
export interface Chain {
  readonly id: SessionId;
  readonly tenant: TenantId;
  readonly userId: UserId;
  /** Hash of the secret of a generation. Each step-up begins a branch. */
  hash(generation: number, branch?: number): SecretHash;
}

/** Creates a chain. Real secrets are derived in `tokens`; for a store any fixed chain of hashes is enough. */
export function createChain(
  user = userId(`user-${randomBytes(6).toString("hex")}`),
  tenant: TenantId = DEFAULT_TENANT,
): Chain {
  const session = randomBytes(16);
  const partition = partitionOf(Buffer.from(userReference(tenant, user), "base64url"));
  return {
    id: publicSessionId(partition, session),
    tenant,
    userId: user,
    hash: (generation, branch = 0) =>
      // Half of a hash, because a store may keep only half and must return what it was given.
      createHash("sha256")
        .update(`${branch}/${generation}/`)
        .update(session)
        .digest()
        .toString("base64url", 0, 16),
  };
}

/** Another tenant whose user with the same id is in the same partition. */
export function tenantInPartitionOf(chain: Chain): TenantId {
  const partitionIn = (tenant: TenantId) =>
    partitionOf(Buffer.from(userReference(tenant, chain.userId), "base64url"));
  for (let i = 0; ; i += 1) {
    const tenant = tenantId(`tenant-${i}`);
    if (partitionIn(tenant) === partitionIn(chain.tenant)) return tenant;
  }
}

export const createCommand = (
  chain: Chain,
  nowSeconds: number,
  overrides: Partial<CreateSession> = {},
): CreateSession => ({
  kind: "create",
  id: chain.id,
  tenant: chain.tenant,
  userId: chain.userId,
  clientId: DEFAULT_CLIENT,
  delivery: "bearer",
  scopes: ["orders:read", "profile"],
  authTime: nowSeconds,
  amr: ["pwd"],
  kid: 1,
  next: chain.hash(1),
  ahead: chain.hash(HEALED_GENERATIONS),
  accessExpiresBy: nowSeconds + 330,
  ...overrides,
});

/** A refresh with the token of `generation`. */
export const rotateCommand = (
  chain: Chain,
  generation: number,
  nowSeconds: number,
  overrides: Partial<RotateSession> = {},
  branch = 0,
): RotateSession => ({
  kind: "rotate",
  id: chain.id,
  tenant: chain.tenant,
  userId: chain.userId,
  delivery: "bearer",
  generation,
  presented: chain.hash(generation, branch),
  successor: chain.hash(generation + 1, branch),
  kid: 1,
  following: chain.hash(generation + 2, branch),
  ahead: chain.hash(generation + 1 + HEALED_GENERATIONS, branch),
  otherwise: new Map(),
  accessExpiresBy: nowSeconds + 330,
  ...overrides,
});

/** A step-up that begins `branch` at `generation + 1`. */
export const elevateCommand = (
  chain: Chain,
  generation: number,
  branch: number,
  nowSeconds: number,
  overrides: Partial<ElevateSession> = {},
): ElevateSession => ({
  kind: "elevate",
  id: chain.id,
  tenant: chain.tenant,
  userId: chain.userId,
  generation,
  authTime: nowSeconds,
  amr: ["pwd"],
  kid: 1,
  next: chain.hash(generation + 2, branch),
  ahead: chain.hash(generation + 1 + HEALED_GENERATIONS, branch),
  accessExpiresBy: nowSeconds + 330,
  ...overrides,
});
