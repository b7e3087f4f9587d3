/** Milliseconds since 1970 with a fraction: comparable between the processes of one machine. */
export const preciseNow = (): number => performance.timeOrigin + performance.now();
