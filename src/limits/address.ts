const MAPPED = "::ffff:";
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * The canonical spelling of an IP address, from any spelling of proxies and sockets: `203.0.113.7:40000`,
 * `"[2001:DB8::1%25eth0]:443"` and `::ffff:cb00:7107` are `203.0.113.7`, `2001:db8::1` and `203.0.113.7`.
 *
 * An IPv6 address with a port but without brackets looks like a longer address, and is read as one.
 *
 * @returns undefined for a text that is not an address
 */
export function parseAddress(text: string): string | undefined {
  // The spelling of an IPv4 peer by a socket that listens on IPv6: nearly every request.
  if (text.startsWith(MAPPED) && IPV4.test(text.slice(MAPPED.length))) return text.slice(MAPPED.length);
  const bare = text.trim().replace(/^"(.*)"$/, "$1");
  const inBrackets = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare)?.[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(bare)?.[1];
  const address = (inBrackets ?? withPort ?? bare).replace(/%.*$/, "");
  if (IPV4.test(address)) return address;
  const url = `http://[${address}]`;
  if (!/^[\da-f:.]+$/i.test(address) || !URL.canParse(url)) return undefined;
  // The host of a URL has the spelling of RFC 5952: lower case, zeros shortened.
  const shortened = new URL(url).hostname.slice(1, -1);
  return embeddedIPv4(groupsOf(shortened)) ?? shortened;
}

/**
 * The key under which an address is counted. An IPv6 host can use its whole /64 (RFC 4291 §2.5.4), so that counts as
 * one address. An IPv4 address inside IPv6 counts as the IPv4 address. A text that is not an address counts as itself.
 */
export function addressGroup(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  if (!parsed.includes(":")) return parsed;
  const network = groupsOf(parsed).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(":")}::/64`;
}

/** The eight 16-bit groups of an IPv6 address in the spelling of a URL, which is hexadecimal throughout. */
function groupsOf(address: string): readonly number[] {
  const [head = "", tail] = address.split("::", 2);
  const numbers = (text: string): readonly number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [left, right] = [numbers(head), numbers(tail ?? "")];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

/** ::ffff:0:0/96 is IPv4-mapped (RFC 4291 §2.5.5.2), 64:ff9b::/96 is IPv4 by NAT64 (RFC 6052 §2.1). */
function embeddedIPv4(groups: readonly number[]): string | undefined {
  const prefix = groups.slice(0, 6).join(":");
  const isMapped = prefix === "0:0:0:0:0:65535";
  const isTranslated = prefix === [0x64, 0xff9b, 0, 0, 0, 0].join(":");
  if (!isMapped && !isTranslated) return undefined;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 255])
    .join(".");
}
