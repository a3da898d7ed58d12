import test from 'ava';
import { OpenedSessions } from '../../gateway/opened-sessions.ts';

test('the stream of a session is known until too many others were opened after it', t => {
  const opened = new OpenedSessions(2);
  opened.note('pull-0-a', 'math-101');
  opened.note('pull-0-b', 'art');
  t.is(opened.streamOf('pull-0-a'), 'math-101');
  opened.note('pull-0-c', 'art');
  t.is(opened.streamOf('pull-0-a'), undefined);
  t.is(opened.streamOf('pull-0-b'), 'art');
  t.is(opened.streamOf('pull-0-c'), 'art');
  t.is(opened.streamOf('pull-0-d'), undefined);
});
