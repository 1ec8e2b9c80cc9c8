import type { IHeaders, Message } from 'kafkajs';
import type { FaultCase } from '../harness/FaultCase';

/** Longer than this, and whoever shares the portal's process would feel it. */
const LONGEST_STALL_MS = 1_000;

/** Records that somebody could send who means harm. */
function hostile(): Message[] {
  const many = Object.fromEntries(
    Array.from({ length: 5_000 }, (_, i) => [`h${i}`, 'x']),
  );
  const named: IHeaders = Object.fromEntries(
    ['constructor', '__proto__', 'toString', 'hasOwnProperty', ''].map(name => [
      name,
      'x',
    ]),
  );
  return [
    { value: 'many headers', headers: many },
    { value: 'names of an object', headers: named },
    {
      value: 'lines in headers',
      headers: {
        'content-type': 'text/plain\r\nx-injected: yes',
        ce_id: 'a\r\nb',
        traceparent: '00-\r\n\r\nGET / HTTP/1.1',
      },
    },
    { key: null, value: null },
    { key: Buffer.alloc(0), value: Buffer.alloc(0) },
    {
      key: Buffer.from([0, 255, 13, 10]),
      value: Buffer.from([0, 255, 13, 10]),
    },
    { key: 'k'.repeat(20_000), value: 'a long key' },
    { value: '[]' },
    { value: '{"__proto__":{"id":1}}' },
    { value: 'x'.repeat(900_000) },
  ];
}

export const hostileRecords: FaultCase = {
  name: 'hostile-records',
  what: '5,000 headers, headers named constructor and __proto__, line breaks, nothing at all: each is delivered or dead-lettered',
  needs: { brokers: 1, backends: 2 },
  longestStallMs: LONGEST_STALL_MS,
  async run(scene) {
    const flow = await scene.begin({ deadLetters: 'automatic' });
    for (const message of hostile()) {
      await flow.producer.send([{ message }]);
    }
    await scene.settle();
  },
};
