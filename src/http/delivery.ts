import type { Delivery } from "../sessions/delivery.js";

/** Bearer mode: the token pair is in the response body, so there are no cookies to set or clear. */
export const bearerDelivery: Delivery = {
  presentedRefreshToken: () => undefined,
  deliver: () => undefined,
  clear: () => undefined,
};
