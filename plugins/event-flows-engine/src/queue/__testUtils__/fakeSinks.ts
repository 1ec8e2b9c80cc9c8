import type {
  DispatchResult,
  HttpDispatcher,
} from '../../delivery/HttpDispatcher';
import type { FakeCluster, ToldRecord } from './FakeCluster';
import type { Holding } from './Holding';

/** A request that is under way. */
interface OpenRequest {
  record: ToldRecord;
  settle(result: DispatchResult): void;
}

/** A write to the dead-letter topic that is under way. */
interface OpenWrite {
  record: ToldRecord;
  holding: Holding | undefined;
  /** Of the queue. */
  run: number;
  end(error?: Error): void;
}

/** An endpoint that answers when, and what, it is told to. */
export class FakeEndpoint {
  readonly requests: OpenRequest[] = [];
  /** Given before the request is away, so to speak; undefined: later. */
  answerAtOnce: DispatchResult | undefined;

  constructor(
    private readonly options: {
      cluster: FakeCluster;
      holdingOf: (record: ToldRecord) => Holding | undefined;
      onRequest: (record: ToldRecord, path: string) => void;
    },
  ) {}

  send(
    ...[{ request, endpoint }, settle]: Parameters<HttpDispatcher['send']>
  ): (reason: Error) => void {
    const { cluster, holdingOf, onRequest } = this.options;
    const record = cluster.find(String(request.body));
    const holding = holdingOf(record);
    onRequest(record, endpoint.path);
    const open: OpenRequest = {
      record,
      settle: result => {
        const index = this.requests.indexOf(open);
        if (index >= 0) {
          this.requests.splice(index, 1);
          if ('response' in result && result.response.status < 300) {
            holding?.taken.add(record);
          }
          settle(result);
        }
      },
    };
    this.requests.push(open);
    if (this.answerAtOnce) {
      open.settle(this.answerAtOnce);
    }
    return error => open.settle({ error });
  }
}

/** A dead-letter topic whose cluster acknowledges when it is told to. */
export class FakeDeadLetterTopic {
  readonly writes: OpenWrite[] = [];

  write(
    record: ToldRecord,
    { holding, run }: Pick<OpenWrite, 'holding' | 'run'>,
  ): Promise<void> {
    return new Promise((resolve, reject) => {
      const open: OpenWrite = {
        ...{ record, holding, run },
        end: error => {
          this.writes.splice(this.writes.indexOf(open), 1);
          if (error) {
            reject(error);
          } else {
            holding?.written.add(record);
            resolve();
          }
        },
      };
      this.writes.push(open);
    });
  }
}
