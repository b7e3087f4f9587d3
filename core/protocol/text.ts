/**
 * A text that every store takes as it is: Postgres knows neither U+0000 nor half a surrogate pair. Each becomes U+FFFD,
 * the sign for what cannot be shown.
 */
export const storableText = (text: string): string => text.replaceAll('\u0000', '\uFFFD').toWellFormed();

const utf8 = new TextEncoder();

/** How much of a message a text takes: its UTF-8 as JSON, in which a quote or a line break is two bytes. */
export const bytesAsJson = (text: string): number => utf8.encode(JSON.stringify(text)).length - '""'.length;
