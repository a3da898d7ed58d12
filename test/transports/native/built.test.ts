import test from 'ava';
import { builtAddon } from '../engines.ts';

test('the native engine has been built', t => {
  t.notThrows(builtAddon);
});
