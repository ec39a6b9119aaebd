/**
 * `Tainted<T>`: a value that a handler named and that nobody has checked yet. It cannot be read, compared,
 * printed or serialised; the only way in is {@link check}, which only `manager/sanitise/` and `manager/umd/`
 * may call (a test scans for it).
 */

let open: <T>(box: Tainted<T>) => T

export class Tainted<T> {
  readonly #untrusted: T
  /** never there: keeps `Tainted<number>` from passing for `Tainted<string>` where only declarations are read */
  declare protected readonly holds: T

  constructor(untrusted: T) {
    this.#untrusted = untrusted
  }

  static {
    open = (box) => box.#untrusted
  }

  /** Templates, `+` and comparisons fail at run time too. */
  [Symbol.toPrimitive](): never {
    throw new TypeError('a tainted value has no primitive form')
  }
}

/**
 * Opens a tainted value: `parse` gets the raw value and returns what it made of it, or throws.
 *
 * @param box what a handler answered
 * @param parse returns the checked value, of a narrower type
 */
export function check<T, U>(box: Tainted<T>, parse: (untrusted: T) => U): U {
  return parse(open(box))
}
