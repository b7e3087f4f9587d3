import { BlockList, isIPv6 } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressProblem, isPrivateAddress } from './server-address.ts';

describe('addressProblem', () => {
  it.each(['https://api.example.com/v1', 'https://8.8.8.8/v1', 'https://[2606:4700::1111]/v1', 'https://172.32.0.1/'])(
    'takes %s',
    (url) => {
      expect(addressProblem(url, false)).toBeNull();
    },
  );

  it.each([
    'http://api.example.com/v1',
    'https://localhost/v1',
    'https://db.internal/',
    'https://metadata.google.internal/',
    'https://printer/',
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0x7f.1/',
    'https://169.254.169.254/latest',
    'https://169.254.170.2/',
    'https://10.1.2.3/',
    'https://[::1]/',
    'https://[::ffff:10.0.0.1]/',
    'https://[fd00::1]/',
    'https://[fe80::1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://user:pass@api.example.com/',
    'https://api.example.com/?key=1',
    'https://api.example.com/#a',
    'ftp://api.example.com/',
    'nonsense',
  ])('refuses %s', (url) => {
    expect(addressProblem(url, false)).toEqual(expect.any(String));
  });

  it('takes a server beside it on a machine of one’s own', () => {
    expect(addressProblem('http://127.0.0.1:11434/v1', true)).toBeNull();
    expect(addressProblem('http://user@127.0.0.1/', true)).not.toBeNull();
  });
});

describe('isPrivateAddress', () => {
  const blocked = new BlockList();
  for (const [net, prefix] of [
    ['0.0.0.0', 8],
    ['10.0.0.0', 8],
    ['100.64.0.0', 10],
    ['127.0.0.0', 8],
    ['169.254.0.0', 16],
    ['172.16.0.0', 12],
    ['192.0.0.0', 24],
    ['192.0.2.0', 24],
    ['192.88.99.0', 24],
    ['192.168.0.0', 16],
    ['198.18.0.0', 15],
    ['198.51.100.0', 24],
    ['203.0.113.0', 24],
    ['224.0.0.0', 3],
  ] as const) {
    blocked.addSubnet(net, prefix);
  }

  it('agrees with the registry on IPv4', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPrivateAddress(address)).toBe(blocked.check(address));
        expect(isPrivateAddress(`::ffff:${address}`)).toBe(blocked.check(address));
      }),
    );
  });

  it('lets no IPv6 address out of 2000::/3 through', () => {
    fc.assert(
      fc.property(fc.ipV6(), (address) => {
        fc.pre(isIPv6(address));
        const global = new BlockList();
        global.addSubnet('2000::', 3, 'ipv6');
        if (!isPrivateAddress(address) && !/(^|:)ffff:/.test(address)) expect(global.check(address, 'ipv6')).toBe(true);
      }),
    );
  });
});
