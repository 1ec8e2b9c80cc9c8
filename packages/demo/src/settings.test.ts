import { readSettings } from './settings';

describe('readSettings', () => {
  it('has a default for everything', () => {
    expect(readSettings({}, '/repo')).toEqual({
      portalPort: 7007,
      algorithmsPort: 7081,
      kafkaPort: 9092,
      kafkaBrokers: undefined,
      dataDir: '/repo/.local/demo',
      algorithms: true,
      steadyEvents: true,
    });
  });

  it('takes what the environment says', () => {
    const env = {
      EVENT_FLOWS_PORT: '8007',
      EVENT_FLOWS_ALGORITHMS_PORT: '8081',
      EVENT_FLOWS_KAFKA_PORT: '19092',
      EVENT_FLOWS_DATA: '/data',
      EVENT_FLOWS_EVENTS: 'off',
      EVENT_FLOWS_ALGORITHMS: 'off',
      KAFKA_BROKERS: 'a:9092, b:9092',
    };
    expect(readSettings(env, '/repo')).toEqual({
      portalPort: 8007,
      algorithmsPort: 8081,
      kafkaPort: 19092,
      kafkaBrokers: ['a:9092', 'b:9092'],
      dataDir: '/data',
      algorithms: false,
      steadyEvents: false,
    });
  });

  it.each(['0', '65536', 'x', '-1', '1e3'])('refuses the port %s', port => {
    expect(() => readSettings({ EVENT_FLOWS_PORT: port }, '/')).toThrow(
      `EVENT_FLOWS_PORT must be a port (1 to 65535), not "${port}".`,
    );
  });

  it('refuses a switch that is neither on nor off', () => {
    expect(() => readSettings({ EVENT_FLOWS_EVENTS: 'no' }, '/')).toThrow(
      'EVENT_FLOWS_EVENTS must be "on" or "off", not "no".',
    );
  });
});
