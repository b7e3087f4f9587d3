/**
 * What is wrong with an address that a workspace gives for a model server; null when nothing is. The platform itself will call
 * it, so it must lead out of the platform's own network unless `allowPrivate` says that this is one's own machine.
 */
export function addressProblem(text: string, allowPrivate: boolean): string | null {
  const url = URL.parse(text);
  if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:')) return 'It must be an http(s) address.';
  if (url.username || url.password) return 'It must not contain a user name or password.';
  if (url.search || url.hash) return 'It must not contain a query or a fragment.';
  if (allowPrivate) return null;
  if (url.protocol !== 'https:') return 'It must begin with https://.';
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (isLocalName(host) || isPrivateAddress(host)) return 'It must be a server on the public internet.';
  return null;
}

const isLocalName = (host: string): boolean =>
  !host.includes(':') && (!host.includes('.') || /\.(localhost|local|internal|home\.arpa)\.?$/i.test(host));

/**
 * Whether an IP address leads elsewhere than to the public internet (the special-purpose registries of IANA, RFC 6890): the
 * own machine, private networks, link-local ones with the metadata services of clouds. False for what is no IP address.
 */
export function isPrivateAddress(address: string): boolean {
  const v4 = ipv4Of(address);
  if (v4) return isPrivateV4(v4);
  if (!address.includes(':')) return false;
  const words = ipv6Words(address);
  if (!words) return true;
  const [first = 0] = words;
  if (words.slice(0, 5).every((word) => word === 0)) {
    // `::`, `::1`, and IPv4 addresses written as IPv6.
    const [high = 0, low = 0] = words.slice(6);
    return words[5] !== 0xffff || isPrivateV4([high >> 8, high & 255, low >> 8, low & 255]);
  }
  // Global unicast is 2000::/3. Of it 2001::/23 and 2002::/16 tunnel to other addresses, and 2001:db8::/32 is for documentation.
  if ((first & 0xe000) !== 0x2000) return true;
  return first === 0x2002 || (first === 0x2001 && ((words[1] ?? 0) < 0x200 || words[1] === 0xdb8));
}

function ipv4Of(text: string): number[] | null {
  const bytes = /^\d{1,3}(\.\d{1,3}){3}$/.test(text) ? text.split('.').map(Number) : [];
  return bytes.length === 4 && bytes.every((byte) => byte <= 255) ? bytes : null;
}

function isPrivateV4([a = 0, b = 0, c = 0]: readonly number[]): boolean {
  if (a === 0 || a === 10 || a === 127 || a >= 224) return true;
  if (a === 100) return b >= 64 && b <= 127;
  if (a === 169) return b === 254;
  if (a === 172) return b >= 16 && b <= 31;
  if (a === 192) return b === 168 || (b === 0 && (c === 0 || c === 2)) || (b === 88 && c === 99);
  if (a === 198) return b === 18 || b === 19 || (b === 51 && c === 100);
  return a === 203 && b === 0 && c === 113;
}

/** The eight words of an IPv6 address; null when it is none. */
function ipv6Words(text: string): number[] | null {
  const withoutZone = text.replace(/%.*$/, '');
  const dotted = /^(.*:)(\d+\.\d+\.\d+\.\d+)$/.exec(withoutZone);
  const v4 = dotted ? ipv4Of(dotted[2] ?? '') : null;
  if (dotted && !v4) return null;
  const [a = 0, b = 0, c = 0, d = 0] = v4 ?? [];
  const plain = dotted ? `${dotted[1]}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}` : withoutZone;
  const halves = plain.split('::');
  const [left = [], right = []] = halves.map((half) => (half === '' ? [] : half.split(':')));
  const missing = 8 - left.length - right.length;
  if (halves.length > 2 || (halves.length === 2 ? missing < 1 : missing !== 0)) return null;
  const words = [...left, ...Array.from({ length: halves.length === 2 ? missing : 0 }, () => '0'), ...right];
  return words.every((word) => /^[0-9a-f]{1,4}$/i.test(word)) ? words.map((word) => Number.parseInt(word, 16)) : null;
}
