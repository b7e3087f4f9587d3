import { expect, it } from 'vitest';
import { sampleToolContext } from '#core/ports/samples.contract.ts';
import { createCurrentTime } from './current-time.ts';

const { execute } = createCurrentTime(() => Date.parse('2026-11-21T09:30:00.000Z'));
const context = sampleToolContext();

it.each([
  [null, /^Saturday,? 21 November 2026 at 09:30:00 UTC \(UTC\)$/],
  ['Asia/Tokyo', /^Saturday,? 21 November 2026 at 18:30:00 GMT\+9 \(Asia\/Tokyo\)$/],
  ['America/Los_Angeles', / at 01:30:00 GMT-8 \(America\/Los_Angeles\)$/],
])('tells the time in %s', async (timeZone, text) => {
  expect(await execute({ timeZone }, context)).toMatch(text);
});

it('says what to write when there is no such time zone', async () => {
  await expect(execute({ timeZone: 'Mars/Olympus' }, context)).rejects.toThrow(
    '"Mars/Olympus" is not a time zone. Use an IANA name such as "Europe/Berlin".',
  );
});

it('takes no other arguments', async () => {
  await expect(execute({ timeZone: 7 }, context)).rejects.toThrow();
});
