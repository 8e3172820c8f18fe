import type { Delivery } from "../sessions/delivery.js";

/** Bearer mode: the pair travels in the body, so there is nothing to hand over here. */
export const bearerDelivery: Delivery = {
  presentedRefreshToken: () => undefined,
  deliver: () => undefined,
  clear: () => undefined,
};
