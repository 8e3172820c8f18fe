import type { DomainEvent } from "../../domain/events.js";
import type { FeedEvent } from "../../http/page/contract.js";
import { withoutSecrets } from "../../telemetry/redact.js";

/**
 * An event as the page may show it. Without the client's address, and without the words of a subgraph, which may repeat a
 * value of the operation. Events hold no secret by construction; the redactor of the log goes over them all the same.
 */
export const shownEvent = (event: DomainEvent): FeedEvent["event"] => {
  const shown: Record<string, unknown> = withoutSecrets({ ...event });
  delete shown["address"];
  delete shown["texts"];
  return { ...shown, type: event.type };
};
