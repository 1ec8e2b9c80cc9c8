import { readFileSync } from 'node:fs';
import { brokersToAllow, LOCAL_BROKERS } from './brokers';

describe('brokersToAllow', () => {
  it('holds what was given, and what the cluster says of itself', () => {
    expect(
      brokersToAllow(
        ['bootstrap.example.com:9092', 'b1.example.com:9093'],
        [
          { host: 'b1.example.com', port: 9093 },
          { host: 'b2.example.com', port: 9093 },
          { host: '2001:db8::1', port: 9092 },
        ],
      ),
    ).toEqual([
      ...LOCAL_BROKERS,
      'bootstrap.example.com:9092',
      'b1.example.com:9093',
      'b2.example.com:9093',
      '[2001:db8::1]:9092',
    ]);
  });

  it('adds to what the configuration allows, and takes nothing away', () => {
    const config = readFileSync(
      require.resolve('../../../../app-config.yaml'),
      'utf8',
    );
    const list = LOCAL_BROKERS.map(broker => `'${broker}'`).join(', ');
    expect(config).toContain(`allow: [${list}]`);
  });
});
