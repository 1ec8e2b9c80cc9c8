import { requireNumber, requireText, type Algorithm } from './Algorithm';

/** Decides how far a value is from what was normal, in standard deviations. */
interface Baseline {
  /** Undefined while too little is known. */
  deviation(value: number): number | undefined;
  add(value: number): void;
}

const THRESHOLD = 4;
const WARM_UP = 20;
const WINDOW = 60;
/** The least standard deviation, so that a constant sensor does not cry wolf. */
const LEAST_SPREAD = 0.05;

/** Finds readings that do not fit the recent past of their sensor. */
export function anomalyDetection(createBaseline: () => Baseline): Algorithm {
  const baselines = new Map<string, Baseline>();
  return event => {
    const sensorId = requireText(event, 'sensorId');
    const value = requireNumber(event, 'value');
    const baseline = baselines.get(sensorId) ?? createBaseline();
    baselines.set(sensorId, baseline);

    const deviation = baseline.deviation(value);
    baseline.add(value);
    return {
      sensorId,
      deviation:
        deviation === undefined ? null : Math.round(deviation * 100) / 100,
      anomaly: deviation !== undefined && Math.abs(deviation) > THRESHOLD,
    };
  };
}

/** An exponentially weighted moving average and variance: cheap, but outliers move it. */
export function movingAverage(weight = 0.05): Baseline {
  let count = 0;
  let mean = 0;
  let variance = 0;
  return {
    deviation(value) {
      if (count < WARM_UP) {
        return undefined;
      }
      return (value - mean) / Math.max(Math.sqrt(variance), LEAST_SPREAD);
    },
    add(value) {
      count += 1;
      // The first values count in full, as in a plain average.
      const share = Math.max(weight, 1 / count);
      const difference = value - mean;
      mean += share * difference;
      variance = (1 - share) * (variance + share * difference * difference);
    },
  };
}

/** The median of the last values and their median distance from it: outliers do not move it. */
export function movingMedian(): Baseline {
  const values: number[] = [];
  return {
    deviation(value) {
      if (values.length < WARM_UP) {
        return undefined;
      }
      const center = median(values);
      const distance = median(values.map(other => Math.abs(other - center)));
      // For a normal distribution the median distance is 0.6745 standard deviations.
      return (value - center) / Math.max(distance / 0.6745, LEAST_SPREAD);
    },
    add(value) {
      values.push(value);
      if (values.length > WINDOW) {
        values.shift();
      }
    },
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1
    ? sorted[middle]
    : (sorted[middle - 1] + sorted[middle]) / 2;
}
