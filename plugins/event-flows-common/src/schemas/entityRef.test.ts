import { entityRefSchema, normalizeEntityRef } from './entityRef';

describe('entityRefSchema', () => {
  it('wants the full reference', () => {
    expect(entityRefSchema.safeParse('component:default/a').success).toBe(true);
    for (const ref of ['a', 'component:a', 'default/a', 'a:b/c/d', 'a:b/ c']) {
      expect(entityRefSchema.safeParse(ref).success).toBe(false);
    }
  });

  it('has one spelling', () => {
    expect(normalizeEntityRef('Component:Default/Sentiment')).toBe(
      'component:default/sentiment',
    );
  });
});
