/** A list that may be long, as the text of a JSON array: no more of it is in memory than one item. */
export async function* jsonArray(items: AsyncIterable<unknown>): AsyncGenerator<string> {
  let separator = '[';
  for await (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/** All items of a list that is read page by page. */
export async function* allOf<T>(
  page: (cursor?: string) => Promise<{ items: T[]; nextCursor: string | null }>,
): AsyncGenerator<T> {
  for (let cursor: string | null | undefined; cursor !== null;) {
    const { items, nextCursor } = await page(cursor);
    yield* items;
    cursor = nextCursor;
  }
}
