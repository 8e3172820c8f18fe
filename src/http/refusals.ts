import type { IncomingMessage } from "node:http";
import { refusalResponse } from "../server/refusal.js";
import type { Answer } from "./answer.js";

/** An error response before GraphQL: JSON in the media type the client accepts, with Apollo Server's error code. */
export const refusal = (
  request: IncomingMessage,
  status: number,
  message: string,
  headers: readonly (readonly [string, string])[] = [],
): Answer =>
  refusalResponse(
    request.headers.accept,
    status,
    { message, extensions: { code: status >= 500 ? "INTERNAL_SERVER_ERROR" : "BAD_REQUEST" } },
    headers,
  );
