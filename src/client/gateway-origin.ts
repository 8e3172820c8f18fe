/**
 * Is a request addressed to the origin of the gateway? Relative addresses belong to the page, and without a page to the
 * gateway.
 *
 * @param gatewayUrl - unknown for sessions that do not say it: then every address is the gateway's
 */
export function isForGateway(target: string | URL, gatewayUrl: string | undefined): boolean {
  if (gatewayUrl === undefined) return true;
  const page = (globalThis as { readonly location?: { readonly href?: string } }).location?.href; // a window has one
  const gateway = new URL(gatewayUrl, page);
  return new URL(target, page ?? gateway).origin === gateway.origin;
}
