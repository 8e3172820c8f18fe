/** `cardea/client`: a session for front ends. Its only dependency is `fetch`. */
export { type AnswerError, type Challenge, challengeOf, type GraphQLAnswer } from "./answer.js";
export { GatewayUnavailableError, RefusedError, SignedOutError, StepUpDeclinedError } from "./errors.js";
export { type AuthFetch, createAuthFetch } from "./fetch.js";
export { type ApolloPeer, createAuthLink } from "./link.js";
export type { ChannelLike, LockManagerLike, PageLike } from "./page.js";
export { createSession } from "./session.js";
export type { ActiveSession, LoginInput, RequestOptions, Session, SessionOptions } from "./session-api.js";
export type { Reachability, SessionState } from "./state.js";
export type { StepUpPrompt } from "./step-up.js";
export { type DeviceStorage, memoryStorage, type StoredTokens, type TokenStorage } from "./storage.js";
export type { FetchLike, Operation, TypedText } from "./transport.js";
