import { matchesBroker } from './plaintextPassword';

describe('matchesBroker', () => {
  it.each([
    ['kafka.example.com:9092', 'kafka.example.com:9092'],
    ['KAFKA.example.com:9092', 'kafka.Example.com:9092'],
    ['kafka.example.com:9092', 'kafka.example.com:*'],
    ['a.example.com:9092', '*.example.com:9092'],
    ['127.0.0.1:40123', '127.0.0.1:*'],
    ['[::1]:9092', '[::1]:9092'],
    ['anything:1', '*:*'],
  ])('%s is %s', (broker, pattern) => {
    expect(matchesBroker(broker, ['other:1', pattern])).toBe(true);
  });

  it.each([
    ['kafka.example.com:9093', 'kafka.example.com:9092'],
    ['example.com:9092', '*.example.com:9092'],
    ['evil-example.com:9092', '*.example.com:9092'],
    ['kafka.example.com.evil.org:9092', 'kafka.example.com:9092'],
  ])('%s is not %s', (broker, pattern) => {
    expect(matchesBroker(broker, [pattern])).toBe(false);
  });

  it('is nothing by default', () => {
    expect(matchesBroker('kafka:9092', [])).toBe(false);
  });
});
