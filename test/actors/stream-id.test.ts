import test from 'ava';
import { parseStreamId, STREAM_ID_MAX_LENGTH } from '../../actors/stream-id.ts';

for (const id of ['a', '7', 'math-101', 'Room_3.left', 'a'.repeat(STREAM_ID_MAX_LENGTH), 'a..b']) {
  test(`${id} names a stream`, t => t.is(parseStreamId(id), id));
}

for (const id of ['', '.', '..', '-a', '_a', '.a', 'a b', 'a/b', 'a*', 'ä', 'a\n', 'a%20', 'a'.repeat(129)]) {
  test(`${JSON.stringify(id)} names none`, t => t.is(parseStreamId(id), undefined));
}
