import { failedReport } from './failedReport';
import type { QueueRunner } from './queue/QueueRunner';
import type { DesiredQueue, QueueReport } from './types';

const BEGINS_ANEW =
  'It begins anew when the requests that were under way have ended';

/** One run of a queue, as far as its life depends on it. */
export type QueueRun = Pick<QueueRunner, 'report' | 'stop' | 'update'>;

/** What a queue's life needs of the engine around it. */
export interface QueueLifeSurroundings {
  start(queue: DesiredQueue): QueueRun;
  /** A run has ended, and left its group. */
  onEnded(lastReport: QueueReport): void;
  /** Nothing runs any more, and nothing is wanted. */
  onOver(): void;
}

type State =
  | { kind: 'running'; run: QueueRun; queue: DesiredQueue }
  /** With what shall run when this has ended, if anything shall. */
  | {
      kind: 'stopping';
      run: QueueRun;
      queue: DesiredQueue;
      next: DesiredQueue | undefined;
    };

/**
 * The life of one queue in an engine: one run after the other, as it is wanted.
 * Two runs are never members of its group at the same time, so that a drain
 * delays the queue's own next run, and nothing else.
 */
export class QueueLife {
  /** Resolves when nothing runs any more and nothing is wanted. */
  readonly over: Promise<void>;
  #state: State;
  #end: () => void = () => {};
  /** The last report of the run that there is. */
  #told: QueueReport | undefined;

  constructor(
    queue: DesiredQueue,
    private readonly surroundings: QueueLifeSurroundings,
  ) {
    this.over = new Promise(resolve => {
      this.#end = resolve;
    });
    this.#state = this.#start(queue);
  }

  /**
   * Takes effect before it returns: no request begins any more that is not
   * wanted. Not to be called when the life is over.
   *
   * @param queue - undefined: it shall not run
   */
  want(queue: DesiredQueue | undefined): void {
    const state = this.#state;
    if (state.kind === 'stopping') {
      this.#state = { ...state, next: queue };
    } else if (queue && identityOf(queue) === identityOf(state.queue)) {
      state.run.update(queue);
      this.#state = { ...state, queue };
    } else {
      this.#state = { ...state, kind: 'stopping', next: queue };
      void this.#stop(state);
    }
  }

  /** Of the run that there is, also while it is being stopped. Those of others do not depend on it. */
  report(): QueueReport {
    const { queue, run } = this.#state;
    try {
      this.#told = run.report();
    } catch (error) {
      return this.#untold(queue, error);
    }
    return this.#state.kind === 'stopping' && this.#state.next
      ? { ...this.#told, phase: 'starting', reason: BEGINS_ANEW }
      : this.#told;
  }

  /** With what was told before, so that what the run has done counts once. */
  #untold({ id }: DesiredQueue, error: unknown): QueueReport {
    const { message } = error as Error;
    const reason = `What the queue does cannot be told: ${message}`;
    const failed = failedReport(id, reason);
    return { ...failed, ...this.#told, phase: failed.phase, reason };
  }

  #start(queue: DesiredQueue): State {
    this.#told = undefined;
    return { kind: 'running', run: this.surroundings.start(queue), queue };
  }

  async #stop({ run, queue }: State) {
    // Whatever went wrong: what is wanted next has to begin, or the life to end.
    const last = await run.stop().catch(error => this.#untold(queue, error));
    this.surroundings.onEnded(last);
    if (this.#state.kind === 'stopping' && this.#state.next) {
      this.#state = this.#start(this.#state.next);
    } else {
      this.surroundings.onOver();
      this.#end();
    }
  }
}

/** What cannot change while a queue runs. */
function identityOf(queue: DesiredQueue): string {
  const { connection, topic, groupId, algorithmRef, settings } = queue;
  const { outputTopic } = queue;
  return JSON.stringify({
    ...{ connection, topic, groupId, algorithmRef, settings, outputTopic },
  });
}
