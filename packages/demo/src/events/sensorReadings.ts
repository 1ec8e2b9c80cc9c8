import type { EventSource } from './DemoEvent';
import { between, gaussian, pick, type Random } from './random';

/** Temperatures of twelve machines, each with its own normal and a rare spike. */
export function sensorReadingSource(random: Random): EventSource {
  const sensors = Array.from({ length: 12 }, (_, index) => ({
    id: `press-${String(index + 1).padStart(2, '0')}`,
    normal: between(random, 55, 75),
    drift: 0,
  }));

  return timestamp => {
    const sensor = pick(random, sensors);
    sensor.drift = 0.95 * sensor.drift + 0.2 * gaussian(random);
    const spike = random() < 0.01 ? between(random, 15, 30) : 0;
    const value = sensor.normal + sensor.drift + 0.5 * gaussian(random) + spike;
    return {
      topic: 'sensor-readings',
      key: sensor.id,
      value: {
        sensorId: sensor.id,
        quantity: 'temperature',
        unit: '°C',
        value: Math.round(value * 100) / 100,
        measuredAt: new Date(timestamp).toISOString(),
      },
      timestamp,
    };
  };
}
