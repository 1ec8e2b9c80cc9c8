import { startAlgorithmServer } from '../algorithms/server';
import { TOPICS, type DemoEvent } from './DemoEvent';
import { shopEvents } from './shopEvents';

const START = Date.UTC(2026, 0, 1);

function take(seed: number, count: number): DemoEvent[] {
  const next = shopEvents(seed);
  return Array.from({ length: count }, (_, i) => next(START + i * 1000));
}

describe('shopEvents', () => {
  it('tells the same story for the same seed, another for another', () => {
    expect(take(1, 100)).toEqual(take(1, 100));
    expect(take(1, 100)).not.toEqual(take(2, 100));
  });

  it('has events of every topic, keyed', () => {
    const events = take(3, 300);
    expect(new Set(events.map(({ topic }) => topic))).toEqual(
      new Set(Object.keys(TOPICS)),
    );
    expect(events.every(({ key }) => key !== '')).toBe(true);
  });

  it('has some reviews that are only stars', () => {
    const reviews = take(5, 3000).filter(({ topic }) => topic === 'reviews');
    const wordless = reviews.filter(
      ({ value }) => 'text' in value && value.text === '',
    );
    const share = wordless.length / reviews.length;
    expect(share).toBeGreaterThan(0.01);
    expect(share).toBeLessThan(0.05);
  });

  it('makes events that the algorithms understand, and some that they find odd', async () => {
    const server = await startAlgorithmServer(0);
    const paths = {
      orders: '/risk/fraud-score/2.1.0',
      reviews: '/nlp/sentiment/1.1.0',
      'sensor-readings': '/iot/anomaly-detection/1.1.0',
    };
    const seen = new Set<string>();
    try {
      for (const { topic, value } of take(4, 2000)) {
        const response = await fetch(server.url + paths[topic], {
          method: 'POST',
          body: JSON.stringify(value),
        });
        expect(response.status).toBe(200);
        const { label, decision, anomaly } = (await response.json()) as any;
        seen.add(String(label ?? decision ?? anomaly));
      }
    } finally {
      await server.close();
    }
    expect([...seen].sort()).toEqual([
      'accept',
      'false',
      'negative',
      'neutral',
      'positive',
      'review',
      'true',
    ]);
  }, 30_000);
});
