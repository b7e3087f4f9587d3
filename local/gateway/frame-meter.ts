// Watches the bytes of a WebSocket for frames that API Gateway would refuse: `ws` only limits whole messages.

/** Reads frame headers (RFC 6455, section 5.2) and skips payloads. */
export class FrameMeter {
  readonly #limit: number;
  #header: number[] = [];
  #payloadLeft = 0;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  /** Takes the next bytes of the stream; true when a frame among them is larger than the limit. */
  exceededBy(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      const skipped = Math.min(this.#payloadLeft, chunk.length - at);
      this.#payloadLeft -= skipped;
      at += skipped;
      const byte = chunk[at];
      if (byte === undefined) break;
      this.#header.push(byte);
      at += 1;
      if (this.#header.length < headerLength(this.#header)) continue;
      this.#payloadLeft = payloadLength(this.#header);
      this.#header = [];
      if (this.#payloadLeft > this.#limit) return true;
    }
    return false;
  }
}

function headerLength(header: readonly number[]): number {
  const second = header[1];
  if (second === undefined) return 2;
  const extended = { 126: 2, 127: 8 }[second & 0x7f] ?? 0;
  return 2 + extended + (second & 0x80 ? 4 : 0);
}

function payloadLength(header: readonly number[]): number {
  const short = (header[1] ?? 0) & 0x7f;
  if (short < 126) return short;
  const digits = header.slice(2, short === 126 ? 4 : 10);
  return digits.reduce((length, digit) => length * 256 + digit, 0);
}
