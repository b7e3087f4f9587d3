import { describe, expect, it } from 'vitest';
import { createScopes } from './scopes.ts';

function watched() {
  let blocked = 0;
  const scopes = createScopes(() => {
    blocked += 1;
  });
  return { scopes, blocked: () => blocked };
}

describe('a run', () => {
  it('is not blocked while its model thinks or a call works', () => {
    const { scopes, blocked } = watched();

    scopes.think('');
    scopes.call('', ['1.0', '1.1']);
    scopes.wait('', '1.0');

    expect(blocked()).toBe(0);
  });

  it('is blocked once every call that is open waits', () => {
    const { scopes, blocked } = watched();
    scopes.think('');
    scopes.call('', ['1.0', '1.1', '1.2']);

    scopes.wait('', '1.0');
    scopes.done('', '1.1');
    const before = blocked();
    scopes.wait('', '1.2');

    expect([before, blocked()]).toEqual([0, 1]);
  });

  it('is blocked when the last working call ends and others wait', () => {
    const { scopes, blocked } = watched();
    scopes.call('', ['1.0', '1.1']);
    scopes.wait('', '1.0');

    scopes.done('', '1.1');

    expect(blocked()).toBe(1);
  });

  it('is blocked through a delegate, and not while another call works', () => {
    const { scopes, blocked } = watched();
    scopes.call('', ['1.0', '1.1']);
    scopes.think('1.0');
    scopes.call('1.0', ['1.0/1.0']);

    scopes.wait('1.0', '1.0/1.0');
    const before = blocked();
    scopes.done('', '1.1');

    expect([before, blocked()]).toEqual([0, 1]);
  });

  it('goes on when a delegate that was blocked elsewhere has been closed', () => {
    const { scopes, blocked } = watched();
    scopes.call('', ['1.0']);
    scopes.think('1.0');
    scopes.close('1.0');

    scopes.done('', '1.0');
    scopes.think('');

    expect(blocked()).toBe(0);
  });

  it('is blocked when it is parked, and is told of it once', () => {
    const { scopes, blocked } = watched();
    scopes.think('');

    scopes.park('');
    scopes.park('');

    expect(blocked()).toBe(1);
  });
});
