import { describe, expect, it } from 'vitest';
import { FrameMeter } from './frame-meter.ts';

/** A masked client frame of the given payload length. */
function frame(length: number): Buffer {
  const head = length < 126 ? [length | 0x80] : length < 65_536 ? [126 | 0x80, length >> 8, length & 255] : [];
  const long = Buffer.alloc(9);
  long[0] = 127 | 0x80;
  long.writeBigUInt64BE(BigInt(length), 1);
  return Buffer.concat([Buffer.from([0x81]), head.length ? Buffer.from(head) : long, Buffer.alloc(4 + length)]);
}

describe('FrameMeter', () => {
  it('accepts frames up to the limit, whatever their header', () => {
    const meter = new FrameMeter(70_000);

    expect(meter.exceededBy(Buffer.concat([frame(0), frame(125), frame(126), frame(65_535), frame(70_000)]))).toBe(
      false,
    );
  });

  it('finds a frame over the limit behind others', () => {
    const meter = new FrameMeter(1_000);

    expect(meter.exceededBy(Buffer.concat([frame(10), frame(1_000)]))).toBe(false);
    expect(meter.exceededBy(Buffer.concat([frame(10), frame(1_001)]))).toBe(true);
  });

  it('reads a header that arrives one byte at a time', () => {
    const meter = new FrameMeter(300);
    const bytes = Buffer.concat([frame(200), frame(301)]);

    const exceeded = [...bytes].map((byte) => meter.exceededBy(Uint8Array.of(byte)));

    expect(exceeded.indexOf(true)).toBe(frame(200).length + 7);
  });
});
