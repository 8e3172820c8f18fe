const MAPPED = "::ffff:";
const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/;

/**
 * One spelling for an IP address, however proxies and sockets write it: `203.0.113.7:40000`, `"[2001:DB8::1%25eth0]:443"`
 * and `::ffff:cb00:7107` are `203.0.113.7`, `2001:db8::1` and `203.0.113.7`.
 *
 * An IPv6 address followed by a port without brackets cannot be told from a longer address, and is read as one.
 *
 * @returns undefined for text that is no address
 */
export function parseAddress(text: string): string | undefined {
  // How a socket that listens on IPv6 names an IPv4 peer: nearly every request.
  if (text.startsWith(MAPPED) && IPV4.test(text.slice(MAPPED.length))) return text.slice(MAPPED.length);
  const bare = text.trim().replace(/^"(.*)"$/, "$1");
  const inBrackets = /^\[([^\]]*)\](?::\d{1,5})?$/.exec(bare)?.[1];
  const withPort = /^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/.exec(bare)?.[1];
  const address = (inBrackets ?? withPort ?? bare).replace(/%.*$/, "");
  if (IPV4.test(address)) return address;
  const url = `http://[${address}]`;
  if (!/^[\da-f:.]+$/i.test(address) || !URL.canParse(url)) return undefined;
  // A URL's host is written as RFC 5952 asks: lower case, zeros shortened.
  const shortened = new URL(url).hostname.slice(1, -1);
  return embeddedIPv4(groupsOf(shortened)) ?? shortened;
}

/**
 * One counter for everyone who can easily change places: an IPv6 host commands its whole /64 (RFC 4291 §2.5.4), and
 * an IPv4 address inside IPv6 is the same host. What is no address counts under its own text.
 */
export function addressGroup(address: string): string {
  const parsed = parseAddress(address);
  if (parsed === undefined) return address;
  if (!parsed.includes(":")) return parsed;
  const network = groupsOf(parsed).slice(0, 4);
  return `${network.map((group) => group.toString(16)).join(":")}::/64`;
}

/** The eight 16-bit groups of an IPv6 address as a URL writes it, in hexadecimal throughout. */
function groupsOf(address: string): readonly number[] {
  const [head = "", tail] = address.split("::", 2);
  const numbers = (text: string): readonly number[] =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [left, right] = [numbers(head), numbers(tail ?? "")];
  return [...left, ...Array.from({ length: 8 - left.length - right.length }, () => 0), ...right];
}

/** ::ffff:0:0/96 is IPv4-mapped (RFC 4291 §2.5.5.2), 64:ff9b::/96 is how NAT64 writes IPv4 (RFC 6052 §2.1). */
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
