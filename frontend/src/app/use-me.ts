import { useQuery } from '@tanstack/react-query';
import { usePlatform } from './platform-context.ts';

/** Who is signed in, as the platform knows them. */
export function useMe() {
  const { api, userId } = usePlatform();
  return useQuery({ queryKey: ['me', userId], queryFn: ({ signal }) => api('GET /v1/me', {}, signal) });
}
