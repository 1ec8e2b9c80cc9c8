import { readAlgorithmVersion } from '@event-flows/backstage-plugin-event-flows-common';
import { algorithmVersion } from '../__testUtils__/entities';
import { approvalOf, checkApproval, isRecreated } from './pins';

const REF = 'component:default/sentiment-1-0-0';

function version(overrides: Parameters<typeof algorithmVersion>[2] = {}) {
  const read = readAlgorithmVersion(
    algorithmVersion('sentiment', '1.0.0', { uid: 'one', ...overrides }),
  );
  if (!read.valid) {
    throw new Error(read.error);
  }
  return read;
}

describe('checkApproval', () => {
  const approval = approvalOf(REF, version());

  it('lets a path and a query change', () => {
    const endpoint = 'https://ALGORITHMS.example.com:443/other?token=1';
    expect(checkApproval(approval, version({ endpoint }))).toBeUndefined();
  });

  it.each([
    ['host', 'https://elsewhere.example.com/sentiment'],
    ['port', 'https://algorithms.example.com:8443/sentiment'],
    ['scheme', 'http://algorithms.example.com/sentiment'],
    ['a name that only begins alike', 'https://algorithms.example.com.evil/x'],
  ])('holds another %s up', (_, endpoint) => {
    const { origin } = new URL(endpoint);
    expect(checkApproval(approval, version({ endpoint }))).toEqual({
      waitsFor: {
        kind: 'approval',
        versionRef: REF,
        origin,
        approvedOrigin: 'https://algorithms.example.com',
      },
      reason: `Requests would now go to ${origin} (${REF}), but https://algorithms.example.com was approved. Nothing is sent there. Enable the queue again to approve ${origin}, or have the catalog corrected`,
    });
  });

  it('says nothing of a query, which can hold a secret', () => {
    const endpoint = 'https://elsewhere.example.com/a?token=1';
    const mismatch = checkApproval(approval, version({ endpoint }));
    expect(JSON.stringify(mismatch)).not.toContain('token');
  });

  it('holds another entity of the same name up', () => {
    expect(checkApproval(approval, version({ uid: 'two' }))).toMatchObject({
      waitsFor: {
        kind: 'approval',
        origin: 'https://algorithms.example.com',
        approvedOrigin: 'https://algorithms.example.com',
      },
      reason: expect.stringContaining('deleted and created anew'),
    });
  });

  it('binds Latest to the origin alone', () => {
    const latest = approvalOf('latest', version());
    expect(latest).toEqual({ origin: 'https://algorithms.example.com' });
    expect(checkApproval(latest, version({ uid: 'two' }))).toBeUndefined();
  });
});

describe('isRecreated', () => {
  it('needs to know both', () => {
    expect(isRecreated({ algorithmUid: 'one' }, 'two')).toBe(true);
    expect(isRecreated({ algorithmUid: 'one' }, 'one')).toBe(false);
    expect(isRecreated({ algorithmUid: 'one' }, undefined)).toBe(false);
    expect(isRecreated({}, 'one')).toBe(false);
  });
});
