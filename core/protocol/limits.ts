/** Limits that both sides of the protocol know. Each says where it comes from. */

/** The largest message that API Gateway carries over a socket, in bytes; a larger one closes the connection with 1009 (AWS: "WebSocket API quotas"). */
export const maxSocketMessageBytes = 128 * 1024;

/** The largest frame of a socket message in API Gateway, in bytes; pushes stay below it so that each is one frame and is billed once (AWS: "WebSocket API quotas"). */
export const maxSocketFrameBytes = 32 * 1024;

/** The longest text of one message, in bytes of UTF-8 as JSON: with its envelope it must fit a socket message. */
export const maxInputBytes = 96 * 1024;

/** Titles of threads, in characters. */
export const maxTitleLength = 255;

/** How often a client pings, in milliseconds: API Gateway closes a socket that is idle for 10 minutes, and proxies do so sooner. */
export const pingIntervalMs = 25_000;

/** How long a socket ticket is good for, in milliseconds. */
export const ticketLifetimeMs = 30_000;

export const maxPageSize = 100;
