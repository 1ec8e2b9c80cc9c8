import type { Permission } from '@backstage/plugin-permission-common';
import * as permissions from './permissions';

describe('eventFlowsPermissions', () => {
  it('are all that there are: others could be granted to nobody', () => {
    const exported = Object.values<object | string>(permissions).filter(
      (value): value is Permission =>
        typeof value === 'object' && 'attributes' in value,
    );
    expect(exported.length).toBeGreaterThan(8);
    expect(new Set(permissions.eventFlowsPermissions)).toEqual(
      new Set(exported),
    );
  });
});
