import { requireNumber, requireText, type Algorithm } from './Algorithm';

const UNHAPPY = -0.5;
const HAPPY = 0.5;

/** Decides from what `sentiment` answered whether somebody calls the customer. */
export function followUp(): Algorithm {
  return event => {
    const score = requireNumber(event, 'score');
    const label = requireText(event, 'label');
    if (score < UNHAPPY) {
      return { action: 'call', because: label };
    }
    return { action: score > HAPPY ? 'thank' : 'none', because: label };
  };
}
