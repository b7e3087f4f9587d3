/** A part of a list, and where the next one begins; null after the last. */
export interface Page<Element> {
  readonly data: readonly Element[];
  readonly nextCursor: string | null;
}

/** The cursor of a page as a query has it; the first page has none. */
export interface PageQuery {
  readonly cursor?: string;
}

/** The pages of a list, one after the other, each asked for when it is wanted. */
export async function* pages<Element>(
  readPage: (query: PageQuery) => Promise<Page<Element>>,
): AsyncGenerator<readonly Element[]> {
  let cursor: string | null = null;
  do {
    const page: Page<Element> = await readPage(cursor === null ? {} : { cursor });
    yield page.data;
    cursor = page.nextCursor;
  } while (cursor !== null);
}

/** All elements of a list, or whole pages of it until there are as many as asked for. */
export async function everyElement<Element>(
  readPage: (query: PageQuery) => Promise<Page<Element>>,
  most = Number.POSITIVE_INFINITY,
): Promise<Element[]> {
  const elements: Element[] = [];
  for await (const page of pages(readPage)) {
    elements.push(...page);
    if (elements.length >= most) break;
  }
  return elements;
}
