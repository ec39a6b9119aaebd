/** Doing the same with many items, a few at a time. Pure. */

/**
 * The results in the items' order. After a failure nothing new is begun, and the first failure is thrown once what was
 * begun is over.
 */
export async function eachConcurrently<T, R>(
  items: readonly T[],
  limit: number,
  run: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = []
  const rest = items.entries()
  let failure: { readonly error: unknown } | undefined
  const worker = async (): Promise<void> => {
    for (const [index, item] of rest) {
      if (failure !== undefined) return
      try {
        results[index] = await run(item)
      } catch (error) {
        failure ??= { error }
        return
      }
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker))
  if (failure !== undefined) throw failure.error
  return results
}
