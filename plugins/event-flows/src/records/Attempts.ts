import type {
  EventFlowsApi,
  RecordPlace,
  VersionTrial,
} from '@event-flows/backstage-plugin-event-flows-common';
import { isNotFound } from '../api/describeError';
import type { CallPace } from '../api/CallPace';

/** Sends records to versions, at the pace that is allowed. */
export class Attempts {
  /** What refs meant at first: a version that comes meanwhile changes nothing. */
  readonly #meanings = new Map<string, string>();

  constructor(
    private readonly options: {
      api: EventFlowsApi;
      queueId: string;
      pace: CallPace;
      signal: AbortSignal;
    },
  ) {}

  /** Undefined: the topic does not have the record any more. */
  async make(
    { partition, offset }: RecordPlace,
    ref: string,
  ): Promise<VersionTrial | undefined> {
    const { api, queueId, pace, signal } = this.options;
    const versionRef = () => this.#meanings.get(ref) ?? ref;
    try {
      const trial = await pace.run(
        () =>
          api.tryVersion(
            queueId,
            { partition, offset, versionRef: versionRef() },
            { signal },
          ),
        signal,
      );
      this.#meanings.set(ref, this.#meanings.get(ref) ?? trial.versionRef);
      return trial;
    } catch (error) {
      if (!isNotFound(error)) {
        throw error;
      }
      // Throws where it is the queue that is gone.
      await api.getQueue(queueId, { signal });
      return undefined;
    }
  }
}
