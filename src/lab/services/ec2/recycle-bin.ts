import type { LabOperations } from '../../contract.ts';
import { paged } from './query.ts';
import { rowsOf } from './tables.ts';

/** What a retention rule kept when it was deleted. Rows are put by whoever deletes under such a rule. */
export interface RecycledRow {
  id: string;
  entered: number;
  /** When it is gone for good. */
  until: number;
  name?: string;
  description?: string;
  volumeId?: string;
  size?: number;
}
const stay = (row: RecycledRow) => ({ RecycleBinEnterTime: new Date(row.entered), RecycleBinExitTime: new Date(row.until) });
const chosen = (rows: RecycledRow[], ids: string[] | undefined): RecycledRow[] => (ids?.length ? rows.filter((row) => ids.includes(row.id)) : rows);

export const operations: LabOperations = {
  ListSnapshotsInRecycleBin: {
    run: (input, ctx) =>
      paged(ctx, input, chosen(rowsOf<RecycledRow>(ctx, 'recycledSnapshots'), input.SnapshotIds), 'Snapshots', (row) => ({
        SnapshotId: row.id,
        Description: row.description,
        VolumeId: row.volumeId,
        ...stay(row),
      })),
    constraints: { MaxResults: { min: 5, max: 1000 } },
  },
  ListVolumesInRecycleBin: {
    run: (input, ctx) =>
      paged(ctx, input, chosen(rowsOf<RecycledRow>(ctx, 'recycledVolumes'), input.VolumeIds), 'Volumes', (row) => ({
        VolumeId: row.id,
        Size: row.size,
        ...stay(row),
      })),
  },
  ListImagesInRecycleBin: {
    run: (input, ctx) =>
      paged(ctx, input, chosen(rowsOf<RecycledRow>(ctx, 'recycledImages'), input.ImageIds), 'Images', (row) => ({
        ImageId: row.id,
        Name: row.name,
        Description: row.description,
        ...stay(row),
      })),
    constraints: { MaxResults: { min: 1, max: 1000 } },
  },
};
