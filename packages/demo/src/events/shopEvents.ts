import type { EventSource } from './DemoEvent';
import { orderSource } from './orders';
import { seededRandom } from './random';
import { reviewSource } from './reviews';
import { sensorReadingSource } from './sensorReadings';

/** All that happens in the shop and its warehouse; a seed tells the same story again. */
export function shopEvents(seed: number): EventSource {
  const random = seededRandom(seed);
  const orders = orderSource(random);
  const reviews = reviewSource(random);
  const readings = sensorReadingSource(random);
  return timestamp => {
    const dice = random();
    if (dice < 0.3) {
      return orders(timestamp);
    }
    return dice < 0.5 ? reviews(timestamp) : readings(timestamp);
  };
}
