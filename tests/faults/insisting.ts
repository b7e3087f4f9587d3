/** Who prepares a world that has only just started tries again what could not be said. What is refused stays refused. */
export async function insisting<Result>(attempt: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      if (tries === 100 || !/unreachable|timed_out|unavailable|50\d|fetch failed/.test(describe(error))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

const describe = (error: unknown): string =>
  `${String(error)} ${JSON.stringify(error instanceof Error ? { ...error } : error)}`;
