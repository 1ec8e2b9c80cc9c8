import { DemoEndpointProcessor } from './DemoEndpointProcessor';

const ENDPOINT = 'event-flows.io/endpoint';

function version(endpoint?: string) {
  return {
    apiVersion: 'backstage.io/v1alpha1',
    kind: 'Component',
    metadata: {
      name: 'sentiment-1-1-0',
      annotations: {
        'event-flows.io/version': '1.1.0',
        ...(endpoint !== undefined && { [ENDPOINT]: endpoint }),
      },
    },
    spec: { type: 'algorithm-version' },
  };
}

describe('DemoEndpointProcessor', () => {
  const processor = new DemoEndpointProcessor('http://127.0.0.1:9123');

  it('moves the endpoints of the examples, and nothing else', async () => {
    expect(
      await processor.preProcessEntity(
        version('http://127.0.0.1:7081/nlp/sentiment/1.1.0'),
      ),
    ).toEqual(version('http://127.0.0.1:9123/nlp/sentiment/1.1.0'));
  });

  it.each([
    'https://algorithms.example.com/nlp/sentiment/1.1.0',
    'http://127.0.0.1:70810/nlp/sentiment/1.1.0',
    'not a URL',
    undefined,
  ])('leaves %s alone', async endpoint => {
    const entity = version(endpoint);
    expect(await processor.preProcessEntity(entity)).toBe(entity);
  });
});
