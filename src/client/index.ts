/** `cardea/client`: a session for front ends. Its only dependency is `fetch`. */
export { type AnswerError, type Challenge, challengeOf, type GraphQLAnswer } from "./answer.js";
export { GatewayUnavailableError, RefusedError, SignedOutError } from "./errors.js";
export { createAuthFetch } from "./fetch.js";
export { type ApolloPeer, createAuthLink } from "./link.js";
export {
  type ActiveSession,
  createSession,
  type LoginInput,
  type Session,
  type SessionOptions,
} from "./session.js";
export type { Reachability, SessionState } from "./state.js";
export { type DeviceStorage, memoryStorage, type StoredTokens, type TokenStorage } from "./storage.js";
export type { FetchLike, Operation, TypedText } from "./transport.js";
