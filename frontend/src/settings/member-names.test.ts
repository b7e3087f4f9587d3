import { expect, it } from 'vitest';
import { UserId } from '#core/protocol/ids.ts';
import { namesAmong } from './member-names.ts';

const idOf = (last: number) => UserId.parse(`00000000-0000-4000-8000-00000000000${last}`);
const [me, ada, gone] = [idOf(1), idOf(2), idOf(3)];
const members = [{ userId: ada, name: 'Ada', email: null, isAnonymous: false }];

it('says of nobody that they left before all members are known', () => {
  const pending = namesAmong({ members: undefined, all: false }, me);
  const cut = namesAmong({ members, all: false }, me);
  const known = namesAmong({ members, all: true }, me);

  expect([pending(ada), cut(ada), known(ada)]).toEqual(['Somebody', 'Ada', 'Ada']);
  expect([pending(gone), cut(gone), known(gone)]).toEqual(['Somebody', 'Somebody', 'Somebody who left']);
});

it('knows oneself and the platform without any list', () => {
  const nameOf = namesAmong({ members: undefined, all: false }, me);

  expect([nameOf(me), nameOf(null)]).toEqual(['You', 'Troupe']);
});
