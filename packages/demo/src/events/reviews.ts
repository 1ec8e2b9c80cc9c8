import type { EventSource } from './DemoEvent';
import { between, pick, type Random } from './random';

const PRODUCTS = [
  'kettle',
  'lamp',
  'chair',
  'pair of headphones',
  'espresso machine',
];
const OPENINGS = {
  good: [
    'I love this PRODUCT',
    'A really great PRODUCT 😍',
    'Excellent, EXACTLY the PRODUCT I wanted',
    'Not a bad PRODUCT at all',
  ],
  fair: [
    'The PRODUCT is okay',
    'A PRODUCT like any other',
    'The PRODUCT works',
  ],
  poor: [
    'This PRODUCT is terrible',
    'I do not like this PRODUCT',
    'The PRODUCT arrived broken 😡',
    'Very disappointed by the PRODUCT',
  ],
};
const ENDINGS = {
  good: [
    'fast delivery and easy to use.',
    'worth every cent!',
    'my family is happy with it.',
  ],
  fair: [
    'nothing special.',
    'the colour differs from the picture.',
    'delivery took a week.',
  ],
  poor: [
    'never again!',
    'it is useless and the support is slow.',
    'a waste of money.',
  ],
};

/** Of the reviews, so many are only stars: what older versions of `sentiment` refuse. */
const WORDLESS_SHARE = 0.025;

/** Product reviews, mostly friendly, in words that a lexicon knows and some it does not. */
export function reviewSource(random: Random): EventSource {
  let number = 5_000;
  return timestamp => {
    number += 1;
    const mood = pick(random, [
      'good',
      'good',
      'good',
      'fair',
      'poor',
    ] as const);
    const product = pick(random, PRODUCTS);
    const productId = product.replaceAll(' ', '-');
    const ratings = { good: [4, 5], fair: [3, 3], poor: [1, 2] }[mood];
    const words = `${pick(random, OPENINGS[mood]).replace('PRODUCT', product)}, ${pick(random, ENDINGS[mood])}`;
    const value = {
      reviewId: `review-${number}`,
      productId,
      customerId: `customer-${between(random, 1001, 1200)}`,
      rating: between(random, ratings[0], ratings[1]),
      text: random() < WORDLESS_SHARE ? '' : words,
      writtenAt: new Date(timestamp).toISOString(),
    };
    return { topic: 'reviews', key: productId, value, timestamp };
  };
}
