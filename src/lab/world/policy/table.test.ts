import { describe, expect, it } from 'vitest';
import { prepare } from './table.ts';

describe('the table itself', () => {
  it('signs in as the caller a rule asks for', () => {
    const types = (['user', 'role', 'session', 'mfa', 'federated', 'root'] as const).map(
      (who) => prepare({ source: '', rule: who, who, expect: 'yes' }).caller.type,
    );
    expect(types).toEqual(['IAMUser', 'AssumedRole', 'SessionUser', 'SessionUser', 'FederatedUser', 'Root']);
  });
});
