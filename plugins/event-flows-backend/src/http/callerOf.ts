import type {
  AuditorService,
  AuthService,
  HttpAuthService,
} from '@backstage/backend-plugin-api';
import type { Request } from 'express';
import type { Caller } from '../permissions/Caller';

/** Tells who sent a request. */
export type CallerReader = (request: Request) => Promise<Caller>;

/** Reads people and services from requests; refuses everyone else. */
export function createCallerReader(services: {
  auth: AuthService;
  httpAuth: HttpAuthService;
  auditor: AuditorService;
}): CallerReader {
  const { auth, httpAuth, auditor } = services;
  return async request => {
    const credentials = await httpAuth.credentials(request, {
      allow: ['user', 'service'],
    });
    return {
      credentials,
      ref: auth.isPrincipal(credentials, 'user')
        ? credentials.principal.userEntityRef
        : `service:${credentials.principal.type === 'service' ? credentials.principal.subject : 'unknown'}`,
      signal: abortOnDisconnect(request),
      audit: action => auditor.createEvent({ ...action, request }),
    };
  };
}

/** Aborts when the connection closes before the answer was sent. */
function abortOnDisconnect(request: Request): AbortSignal {
  const controller = new AbortController();
  request.res?.once('close', () => {
    if (!request.res?.writableEnded) {
      controller.abort();
    }
  });
  return controller.signal;
}
