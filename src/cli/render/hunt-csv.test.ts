import { expect, test } from 'vitest';
import type { Found } from '../../kernel/index.ts';
import { text } from '../../kernel/index.ts';
import { huntCsv } from './hunt-csv.ts';

const found = (id: string, rest: Partial<Found> = {}): Found => ({
  type: 'AWS::EC2::Instance',
  arn: `arn:aws:ec2:eu-west-1:111122223333:instance/${id}`,
  id,
  region: 'eu-west-1',
  account: '111122223333',
  createdAt: '2026-11-22T10:00:00.000Z',
  alive: true,
  ...rest,
});

test('a header, a line each, and what the hunt knows of it', () => {
  const [header, line, end] = huntCsv([
    found('i-1', {
      byKey: true,
      suspicion: 'high',
      reasons: [
        { code: 'by-key', text: text('a', 'a') },
        { code: 'gpu', text: text('b', 'b') },
      ],
      session: 'ASIAQ2SESSIQN2345672',
      cost: { perHour: '1.0060', soFar: '2.01', source: 'x' },
    }),
  ]).split('\r\n');
  expect(header!.split(',')).toHaveLength(16);
  expect(line).toBe(
    'AWS::EC2::Instance,i-1,arn:aws:ec2:eu-west-1:111122223333:instance/i-1,111122223333,eu-west-1,2026-11-22T10:00:00.000Z,alive,true,false,high,by-key gpu,,ASIAQ2SESSIQN2345672,,1.0060,2.01',
  );
  expect(end).toBe('');
});

test.each([
  ['=cmd|calc', `"'=cmd|calc"`],
  ['+1', `"'+1"`],
  ['-1', `"'-1"`],
  ['@SUM(A1)', `"'@SUM(A1)"`],
  ['\t=1', `"' =1"`],
  [' =1', `"' =1"`],
  ['a"b,c', '"a""b,c"'],
  ['two\r\nlines', 'two lines'],
  ['\u001b[31mred', 'red'],
])('a hostile name %j is no formula and steers nothing', (hostile, cell) => {
  const line = huntCsv([found(hostile, { arn: 'arn' })]).split('\r\n')[1]!;
  expect(line).toContain(`AWS::EC2::Instance,${cell},arn,`);
});
