import { mockApis } from '@backstage/frontend-test-utils';
import { eventFlowsTranslationRef, type Translate } from '../translation';

/** Translates as an app without other languages does. */
export const translate: Translate = mockApis
  .translation()
  .getTranslation(eventFlowsTranslationRef).t;
