/**
 * Lets each partition come first in a read when it is its turn. A broker sends
 * a batch that is larger than what was asked for of the first one only, so that
 * those behind it would wait until it has no more.
 */
export class Turns<Node> {
  readonly #reads = new Map<Node, number>();

  /** The partitions in the order in which this read asks a broker for them. */
  next(node: Node, partitions: readonly number[]): number[] {
    const read = this.#reads.get(node) ?? 0;
    this.#reads.set(node, read + 1);
    const first = read % Math.max(1, partitions.length);
    return [...partitions.slice(first), ...partitions.slice(0, first)];
  }
}
