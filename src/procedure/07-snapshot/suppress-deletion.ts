import { type Action, text } from '../../kernel/index.ts';
import { readable, settled } from '../shared/checks.ts';
import { readSuppression, SUPPRESSION_PERMISSIONS, type Suppression, suppressionChecks, suppressionPlan } from './suppression.ts';

/**
 * Keeps AWS from deleting evidence by itself: retention of what is deleted in the Recycle Bin, backups that a lifecycle policy rotates
 * away. A person's DeleteSnapshot cannot be kept from what is not locked: `lock-snapshots` is the answer to that.
 */
export const action: Action<Suppression> = {
  id: 'suppress-deletion',
  step: 7,
  title: text('Keep AWS from deleting evidence by itself', 'Evitar que AWS borre evidencia por sí mismo'),
  permissions: SUPPRESSION_PERMISSIONS,
  async observe(ctx) {
    const { evidence: _evidence, ...observed } = await readSuppression(ctx);
    return observed;
  },
  plan: suppressionPlan,
  check: (ctx) =>
    readable(['recycle-bin', 'lifecycle'], async () =>
      suppressionChecks(
        await settled(
          ctx,
          () => readSuppression(ctx),
          (seen) => suppressionChecks(seen).every((one) => one.verdict !== 'fails'),
        ),
      ),
    ),
};
