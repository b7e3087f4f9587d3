import type { Deps } from '#core/use-cases/deps.ts';

/** Whether each store answers. Says only up or down: the reasons are in the log. */
export async function health({
  log,
  store,
  logger,
  version,
}: Pick<Deps, 'log' | 'store' | 'logger'> & { version: string }) {
  const up = async (part: string, check: () => Promise<boolean>) => {
    try {
      return (await check()) ? ('ok' as const) : ('down' as const);
    } catch (error) {
      logger.warn({ error, part }, 'a part is down');
      return 'down' as const;
    }
  };
  const [logState, storeState] = await Promise.all([
    up('log', async () => (await log.head('user:health')) >= 0),
    up('store', () => store.ping()),
  ]);
  const parts = { log: logState, store: storeState };
  const status = Object.values(parts).every((part) => part === 'ok') ? ('ok' as const) : ('degraded' as const);
  return { status, version, parts };
}
