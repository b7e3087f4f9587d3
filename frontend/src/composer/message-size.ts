import { maxInputBytes } from '#core/protocol/limits.ts';
import { bytesAsJson } from '#core/protocol/text.ts';

/** No character takes more than six bytes of JSON per UTF-16 unit: `\u0000`. */
const mostBytesPerUnit = 6;

/** What is wrong with the size of a message, in words; null when nothing is. Measured as the server does: see `MessageText`. */
export function sizeProblem(text: string): string | null {
  if (text.length * mostBytesPerUnit <= maxInputBytes) return null;
  const bytes = bytesAsJson(text);
  if (bytes <= maxInputBytes) return null;
  return `This message is too long: ${Math.ceil(bytes / 1024)} KB of at most ${maxInputBytes / 1024} KB.`;
}
