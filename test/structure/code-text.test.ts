import test from 'ava';
import { codeOf } from './code-text.ts';

const blanked: readonly (readonly [why: string, source: string, code: string])[] = [
  ['comments', 'a(); // Date.now()\n/* Date\n.now() */ b();', 'a();              \n       \n          b();'],
  ['strings', "f('x\\'y', \"z\");", 'f(      ,    );'],
  ['templates but not their expressions', `\`a \${b({ c: \`\${d}\` })} e\`;`, '     b({ c:    d   })    ;'],
  ['regular expressions', 'x.test(/[\'"`/]/g) && y;', 'x.test(         ) && y;'],
  ['but not divisions', 'a / b; c(d) / e[1] / f;', 'a / b; c(d) / e[1] / f;'],
  ['what only looks like a comment', "u('http://x'); v();", 'u(          ); v();'],
];

for (const [why, source, code] of blanked) {
  test(`blanks ${why}`, t => t.is(codeOf(source, 'blanked'), code));
}

test('keeps strings when they are wanted', t => {
  t.is(codeOf("import './a.ts'; // './b.ts'", 'kept'), "import './a.ts';            ");
});
