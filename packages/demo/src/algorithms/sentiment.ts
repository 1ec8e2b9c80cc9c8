import {
  fieldOf,
  requireNumber,
  requireText,
  type Algorithm,
} from './Algorithm';

const LEXICON = new Map<string, number>(
  Object.entries({
    ...{
      love: 3,
      great: 3,
      excellent: 3,
      perfect: 3,
      wonderful: 3,
      delighted: 3,
    },
    ...{ good: 2, happy: 2, like: 2, worth: 2, beautiful: 2, recommend: 2 },
    ...{ easy: 1, fast: 1, nice: 1, okay: 0.5, fine: 0.5 },
    ...{ slow: -1, special: 0.5, expensive: -1, loud: -1, differs: -1 },
    ...{
      bad: -2,
      poor: -2,
      broken: -2,
      dislike: -2,
      disappointed: -2,
      waste: -2,
    },
    ...{ terrible: -3, useless: -3, awful: -3, hate: -3, horrible: -3 },
  }),
);
const EMOJI = new Map<string, number>([
  ['😍', 3],
  ['😀', 2],
  ['👍', 2],
  ['👎', -2],
  ['😡', -3],
]);
const NEGATIONS = new Set(['not', 'no', 'never', 'nothing', "don't", "isn't"]);
const EMPHASIS = new Map([
  ['very', 1.5],
  ['really', 1.5],
  ['so', 1.3],
  ['extremely', 2],
]);
/** How many words a negation reaches. */
const NEGATION_REACH = 3;
/** A negated word says the opposite, but less of it: "not terrible" is no praise. */
const NEGATION_FACTOR = -0.6;
/** Of one to five. */
const FAIR_STARS = 3;

interface Abilities {
  negation?: boolean;
  /** Emphasis, emoji and capitals. */
  emphasis?: boolean;
  /** The sentences are judged one by one and the strongest counts double. */
  sentences?: boolean;
  /** Reviews without a word are judged by their stars, instead of refused. */
  stars?: boolean;
}

/** Tells how happy a text is, from -1 (angry) to 1 (delighted), by weighing its words. */
export function sentiment(abilities: Abilities = {}): Algorithm {
  return event => {
    const score = scoreReview(event, abilities);
    return { score: Math.round(score * 1000) / 1000, label: labelOf(score) };
  };
}

function scoreReview(event: unknown, abilities: Abilities): number {
  if (abilities.stars && fieldOf(event, 'text') === '') {
    return (requireNumber(event, 'rating') - FAIR_STARS) / (FAIR_STARS - 1);
  }
  const text = requireText(event, 'text');
  return abilities.sentences
    ? scoreSentences(text, abilities)
    : scoreWords(text, abilities);
}

function labelOf(score: number) {
  if (score > 0.1) {
    return 'positive';
  }
  return score < -0.1 ? 'negative' : 'neutral';
}

function scoreSentences(text: string, abilities: Abilities): number {
  const scores = text
    .split(/[.!?]+/)
    .filter(sentence => sentence.trim() !== '')
    .map(sentence => scoreWords(sentence, abilities));
  if (scores.length === 0) {
    return 0;
  }
  const strongest = scores.reduce((a, b) =>
    Math.abs(b) > Math.abs(a) ? b : a,
  );
  const sum = scores.reduce((a, b) => a + b, strongest);
  return sum / (scores.length + 1);
}

function scoreWords(text: string, { negation, emphasis }: Abilities): number {
  let sum = 0;
  let negatedUntil = -1;
  let factor = 1;
  const words = text.match(/[\p{L}']+|\p{Extended_Pictographic}/gu) ?? [];
  words.forEach((word, index) => {
    const plain = word.toLocaleLowerCase('en-US');
    if (negation && NEGATIONS.has(plain)) {
      negatedUntil = index + NEGATION_REACH;
      return;
    }
    if (emphasis && EMPHASIS.has(plain)) {
      factor = EMPHASIS.get(plain) ?? 1;
      return;
    }
    let weight = LEXICON.get(plain) ?? 0;
    if (emphasis) {
      weight += EMOJI.get(word) ?? 0;
      weight *= isShouted(word) ? factor * 1.5 : factor;
    }
    sum += index <= negatedUntil ? weight * NEGATION_FACTOR : weight;
    factor = 1;
  });
  // Squeezes any sum into (-1, 1); two strong words are close to the end.
  return Math.tanh(sum / 4);
}

function isShouted(word: string): boolean {
  return word.length > 2 && word === word.toLocaleUpperCase('en-US');
}
