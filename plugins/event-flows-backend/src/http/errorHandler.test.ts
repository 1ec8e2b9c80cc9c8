import { mockServices } from '@backstage/backend-test-utils';
import { ConflictError, InputError } from '@backstage/errors';
import { BrokerConnectionError } from '@event-flows/backstage-plugin-event-flows-common';
import type { Request, Response } from 'express';
import { createErrorHandler } from './errorHandler';

function handle(error: unknown) {
  const logger = mockServices.logger.mock();
  const next = jest.fn();
  createErrorHandler(logger)(error, {} as Request, {} as Response, next);
  return { answer: next.mock.calls[0][0], logger };
}

describe('createErrorHandler', () => {
  it.each([new InputError('name: too long'), new ConflictError('taken')])(
    'passes on what was made for the caller: %s',
    error => {
      expect(handle(error).answer).toBe(error);
    },
  );

  it('leaves the internals of a broker connection behind', () => {
    const cause = new Error('socket details');
    const error = new BrokerConnectionError('tls', 'Not trusted', cause);
    const { answer } = handle(error);
    expect(answer).toMatchObject({
      name: 'BrokerConnectionError',
      reason: 'tls',
      statusCode: 400,
      message: 'Not trusted',
    });
    expect(answer.cause).toBe(undefined);
  });

  it('makes no noise when the caller has left', () => {
    const { answer, logger } = handle(AbortSignal.abort().reason);
    expect(answer.name).toBe('InputError');
    expect(logger.error).not.toHaveBeenCalled();
  });

  it('shows nothing of an error that nobody expected, but logs it', () => {
    const error = new Error("insert into connections values ('secret')");
    const { answer, logger } = handle(error);
    expect(answer).not.toHaveProperty('statusCode');
    expect(answer.message).not.toContain('secret');
    expect(logger.error).toHaveBeenCalledWith('A request failed', error);
  });

  it('does not send a body back that is not valid', () => {
    const error = Object.assign(new SyntaxError('Unexpected token in secret'), {
      status: 400,
      type: 'entity.parse.failed',
      body: '{"password":"secret',
    });
    const { answer } = handle(error);
    expect(answer.name).toBe('InputError');
    expect(JSON.stringify({ ...answer, m: answer.message })).not.toContain(
      'secret',
    );
  });

  it.each([
    [new URIError('Failed to decode'), /^The path is not encoded/],
    [new Error('incorrect header check'), /^The body cannot be read/],
  ])('says which part of a request cannot be read: %s', (error, message) => {
    const { answer, logger } = handle(Object.assign(error, { status: 400 }));
    expect(answer.name).toBe('InputError');
    expect(answer.message).toMatch(message);
    expect(logger.error).not.toHaveBeenCalled();
  });
});
