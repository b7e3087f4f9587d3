import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import type { Page } from '../http/pages.ts';

/** A list that comes page by page; `data` is what has come so far. */
export function usePages<Element>(
  queryKey: readonly unknown[],
  readPage: (cursor: string | undefined, signal: AbortSignal) => Promise<Page<Element>>,
  options: { readonly enabled?: boolean; readonly staleTime?: number; readonly refetchInterval?: number } = {},
) {
  const query = useInfiniteQuery<
    Page<Element>,
    Error,
    InfiniteData<Page<Element>>,
    readonly unknown[],
    string | undefined
  >({
    queryKey,
    queryFn: ({ pageParam, signal }) => readPage(pageParam, signal),
    initialPageParam: undefined,
    getNextPageParam: (last) => last.nextCursor ?? undefined,
    ...options,
  });
  return { ...query, data: query.data?.pages.flatMap(({ data }) => data) };
}
