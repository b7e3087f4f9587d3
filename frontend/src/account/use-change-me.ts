import { useQueryClient } from '@tanstack/react-query';
import type { MeChange } from '#core/protocol/person.ts';
import { usePlatform } from '../app/platform-context.ts';

/** Changes oneself, here and on the server. Throws `CallError`. */
export function useChangeMe(): (change: MeChange) => Promise<void> {
  const { api, userId } = usePlatform();
  const queries = useQueryClient();
  return async (change) => {
    // An answer that is on its way would show the old again.
    await queries.cancelQueries({ queryKey: ['me', userId] });
    const me = await api('PATCH /v1/me', { body: change });
    queries.setQueryData(['me', userId], me);
  };
}
