/**
 * Why the coordinator of a group was not found. kafkajs asks every broker, and
 * throws without what they answered.
 */
export class CoordinatorAnswer {
  #failure: Error | undefined;

  /** Takes what kafkajs mentions in its log. */
  note(mention: string, failure: Error): void {
    if (mention === 'Tried to find group coordinator') {
      this.#failure = failure;
    }
  }

  /** Lets work fail with the brokers' answer where kafkajs hides it. */
  async explain<T>(work: () => Promise<T>): Promise<T> {
    this.#failure = undefined;
    try {
      return await work();
    } catch (error) {
      const { message } = error as Error;
      throw this.#failure && /Failed to find group coordinator/.test(message)
        ? this.#failure
        : error;
    }
  }
}
