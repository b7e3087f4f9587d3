/** Milliseconds since 1970. */
export type Clock = () => number;

/** ISO 8601 in UTC, as the protocol writes times. */
export const timestamp = (timeMs: number): string => new Date(timeMs).toISOString();
