import { brokerConnectionReasons } from '@event-flows/backstage-plugin-event-flows-common';
import { responseError } from '../__testUtils__/responseError';
import { translate as t } from '../__testUtils__/translate';
import { describeError, isConflict, isRefusal } from './describeError';

describe('describeError', () => {
  it('has a title and advice of its own for each way to fail to connect', async () => {
    const descriptions = await Promise.all(
      brokerConnectionReasons.map(async reason =>
        describeError(
          await responseError(400, {
            name: 'BrokerConnectionError',
            message: 'Failed',
            reason,
          }),
          t,
        ),
      ),
    );
    const titles = descriptions.map(({ title }) => title);
    expect(new Set(titles).size).toBe(brokerConnectionReasons.length);
    expect(titles).toContain('The cluster did not accept the password');
    expect(descriptions.every(({ advice }) => advice)).toBe(true);
  });

  it.each([
    [400, 'The backend refused these values'],
    [403, 'You may not do this'],
    [404, 'It does not exist any more'],
    [409, 'It has changed in the meantime'],
    [413, 'What was entered is too large'],
    [429, 'That was too often'],
    [500, 'The portal’s backend failed to do this'],
    [503, 'The portal’s backend cannot do this now'],
  ])('says what a %s means', async (status, title) => {
    const error = await responseError(status, { name: 'E', message: 'Why' });
    expect(describeError(error, t)).toMatchObject({ title, details: 'E: Why' });
  });

  it.each([409, 413, 429, 503])(
    'leaves it to the backend to say what to do about a %s',
    async status => {
      const error = await responseError(status, {
        name: 'TooManyRequestsError',
        message: 'Try again in a minute',
      });
      expect(describeError(error, t)).toMatchObject({
        advice: 'Try again in a minute.',
        text: 'Try again in a minute.',
      });
    },
  );

  it('does not show what a proxy answers in place of the backend', async () => {
    const error = await responseError(503, {
      name: 'Error',
      message: 'Request failed with status 503, <html>…',
    });
    expect(describeError(error, t)).toMatchObject({
      title: 'The portal’s backend failed to do this',
      advice: expect.not.stringContaining('<html>'),
    });
  });

  it('says which rule of the operator does not allow a connection', async () => {
    const message =
      'SASL PLAIN without TLS would send the password in plain text. Use TLS or a SCRAM mechanism';
    const error = await responseError(400, {
      name: 'BrokerConnectionError',
      message,
      reason: 'not-allowed',
    });
    expect(describeError(error, t).advice).toBe(`${message}.`);
  });

  it('says that the backend did not answer when it did not', () => {
    expect(describeError(new TypeError('Failed to fetch'), t)).toMatchObject({
      title: 'The portal’s backend did not answer',
      details: 'TypeError: Failed to fetch',
    });
  });
});

describe('what is worth another try', () => {
  it('is an outage, not a refusal', async () => {
    const conflict = await responseError(409, { name: 'E', message: '' });
    const outage = await responseError(503, { name: 'E', message: '' });
    expect([isRefusal(conflict), isRefusal(outage)]).toEqual([true, false]);
    expect([isConflict(conflict), isConflict(outage)]).toEqual([true, false]);
  });
});
