import { aQueue } from '../__testUtils__/fixtures';
import { responseError } from '../__testUtils__/responseError';
import { translate as t } from '../__testUtils__/translate';
import { openForm } from './queueForm';
import { refusedFields } from './refusedFields';

const form = {
  ...openForm(aQueue(), { versionRef: 'latest', startFrom: 'latest' }),
  deadLetters: true,
};
const refused = async (message: string) =>
  refusedFields(
    await responseError(400, { name: 'InputError', message }),
    form,
    t,
  );

describe('what the backend refuses', () => {
  it('belongs beside the fields that it names', async () => {
    expect(
      await refused(
        'settings.timeoutMs: must be at least 100; settings.deadLetterTopic: the cluster has no topic gone; create it first or choose another one',
      ),
    ).toEqual({
      timeoutSeconds:
        'The backend refused this. It says: must be at least 100.',
      deadLetterTopic:
        'The backend refused this. It says: the cluster has no topic gone; create it first or choose another one.',
    });
  });

  it.each([
    'the cluster has no topic reviews any more',
    'settings.startFrom: must be a point in time',
    'constructor: is not known',
    // Nobody would see it: the field is not shown.
    'settings.outputTopic: the cluster has no topic answers',
    'settings.maxAttempts: must be at least 1; settings.other: is not known',
  ])('is said of all of them otherwise: %s', async message => {
    expect(await refused(message)).toBeUndefined();
  });

  it('is not meant where the backend did not answer', () => {
    expect(refusedFields(new Error('versionRef: x'), form, t)).toBeUndefined();
  });
});
