import { startAlgorithmServer, type AlgorithmServer } from './server';

describe('algorithm server', () => {
  let server: AlgorithmServer;

  beforeEach(async () => {
    server = await startAlgorithmServer(0);
  });

  afterEach(() => server.close());

  const post = async (path: string, event: unknown) => {
    const body = typeof event === 'string' ? event : JSON.stringify(event);
    const response = await fetch(server.url + path, { method: 'POST', body });
    return { status: response.status, body: await response.json() };
  };
  const get = async (path: string) =>
    (await fetch(server.url + path)).json() as Promise<any>;

  it.each([
    ['0.9.0', 'I do not like it', 'positive'],
    ['1.0.2', 'I do not like it', 'negative'],
    ['1.0.2', 'Okay 😡', 'positive'],
    ['1.1.0', 'Okay 😡', 'negative'],
    ['2.0.0-beta.1', 'Nice. Terrible!', 'negative'],
  ])('sentiment %s finds "%s" %s', async (version, text, label) => {
    const answer = await post(`/nlp/sentiment/${version}`, { text });
    expect(answer).toMatchObject({ status: 200, body: { label } });
    expect(Math.abs(answer.body.score)).toBeLessThanOrEqual(1);
  });

  it.each([
    ['1.0.2', 422, '"text" must be a text that is not empty'],
    ['1.1.0', 200, 'positive'],
    ['2.0.0-beta.1', 200, 'positive'],
  ])('sentiment %s answers %i to a review without words', async (...row) => {
    const [version, status, said] = row;
    const review = { text: '', rating: 5 };
    const answer = await post(`/nlp/sentiment/${version}`, review);
    expect(answer.status).toBe(status);
    expect(Object.values(answer.body)).toContain(said);
  });

  const order = {
    customerId: 'c1',
    total: 40,
    previousOrders: 3,
    billingCountry: 'DE',
    shippingCountry: 'DE',
    placedAt: '2026-01-01T00:00:00Z',
  };

  it('fraud score says which rules applied', async () => {
    const fine = await post('/risk/fraud-score/2.0.0', order);
    expect(fine.body).toEqual({ score: 0, decision: 'accept', reasons: [] });

    const odd = await post('/risk/fraud-score/2.0.0', {
      ...order,
      total: 5000,
      previousOrders: 0,
      shippingCountry: 'US',
    });
    expect(odd.body).toEqual({
      score: 80,
      decision: 'review',
      reasons: [
        'large amount',
        'ships to another country than it bills',
        'first order',
      ],
    });
  });

  it('fraud score 2.1.0 notices many orders in a short time', async () => {
    const reasons = async (placedAt: string, version: string) =>
      (await post(`/risk/fraud-score/${version}`, { ...order, placedAt })).body
        .reasons;
    for (const minute of [0, 1, 2]) {
      const at = `2026-01-01T00:0${minute}:00Z`;
      expect(await reasons(at, '2.1.0')).toEqual([]);
    }
    const fourth = '2026-01-01T00:03:00Z';
    expect(await reasons(fourth, '2.1.0')).toEqual(['4 orders in 10 minutes']);
    expect(await reasons(fourth, '2.0.0')).toEqual([]);
    expect(await reasons('2026-01-01T01:00:00Z', '2.1.0')).toEqual([]);
  });

  it.each(['1.0.0', '1.1.0'])(
    'anomaly detection %s finds the spike, per sensor, once it knows enough',
    async version => {
      const anomalies: number[] = [];
      for (let i = 0; i < 40; i++) {
        const value = i === 30 ? 90 : 60 + (i % 5) * 0.1;
        const reading = { sensorId: 'a', value };
        const { body } = await post(
          `/iot/anomaly-detection/${version}`,
          reading,
        );
        if (body.anomaly) {
          anomalies.push(i);
        }
      }
      expect(anomalies).toEqual([30]);
      const other = { sensorId: 'b', value: 90 };
      expect(
        (await post(`/iot/anomaly-detection/${version}`, other)).body,
      ).toEqual({ sensorId: 'b', deviation: null, anomaly: false });
    },
  );

  it.each([
    ['/nlp/sentiment/1.1.0', '{', 'The event must be JSON'],
    ['/nlp/sentiment/1.1.0', [], 'The event must be a JSON object'],
    ['/nlp/sentiment/1.1.0', { text: 5 }, '"text" must be a text'],
    ['/risk/fraud-score/2.0.0', { ...order, total: '4' }, '"total" must be'],
    ['/risk/fraud-score/2.0.0', { ...order, total: -1 }, 'not be negative'],
    ['/risk/fraud-score/2.0.0', { ...order, placedAt: 'now' }, 'ISO 8601'],
    ['/iot/anomaly-detection/1.0.0', { sensorId: 'a' }, '"value" must be'],
  ])('%s refuses %j', async (path, event, message) => {
    expect(await post(path, event)).toEqual({
      status: 422,
      body: { error: expect.stringContaining(message) },
    });
  });

  it('follow-up goes on from what sentiment says', async () => {
    const actions = [];
    for (const text of ['Terrible, awful, broken', 'Great, love it', 'A box']) {
      const { body } = await post('/nlp/sentiment/1.1.0', { text });
      actions.push((await post('/nlp/follow-up/1.0.0', body)).body.action);
    }
    expect(actions).toEqual(['call', 'thank', 'none']);
  });

  it('lists its versions and counts per version', async () => {
    const { versions } = await get('/');
    expect(versions).toHaveLength(server.versions);
    await post('/nlp/sentiment/1.0.2', { text: 'good' });
    await post('/nlp/sentiment/1.0.2', {});
    const stats = await get('/stats');
    expect(stats['/nlp/sentiment/1.0.2']).toEqual({
      processed: 1,
      refused: 1,
      lastAt: expect.any(String),
    });
    expect(stats['/nlp/sentiment/1.1.0']).toEqual({ processed: 0, refused: 0 });
    expect((await post('/nlp/sentiment/9.9.9', {})).status).toBe(404);
  });
});
