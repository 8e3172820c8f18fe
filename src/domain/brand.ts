/** Ids that must not be mixed up are branded. This file is the only place that applies a brand. */
declare const brand: unique symbol;
type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };

/** Public session id: base64url(partition byte ‖ 16 random bytes). */
export type SessionId = Brand<string, "SessionId">;
/** A user's id in the directory, never a login name. */
export type UserId = Brand<string, "UserId">;
/** Id of a tenant. An installation without tenants uses {@link DEFAULT_TENANT}. */
export type TenantId = Brand<string, "TenantId">;
/** Key id (`kid`) of a signing key. */
export type KeyId = Brand<string, "KeyId">;
/** OAuth client id. */
export type ClientId = Brand<string, "ClientId">;

export const sessionId = (value: string): SessionId => value as SessionId;
export const userId = (value: string): UserId => value as UserId;
export const tenantId = (value: string): TenantId => value as TenantId;
export const keyId = (value: string): KeyId => value as KeyId;
export const clientId = (value: string): ClientId => value as ClientId;

export const DEFAULT_TENANT: TenantId = tenantId("default");
export const DEFAULT_CLIENT: ClientId = clientId("default");
