import { LabError, type LabOperations } from '../../contract.ts';
import { imagesOf } from './image-catalogue.ts';
import { arns } from './tables.ts';

export const operations: LabOperations = {
  /** From the image to its root. Images of the lab are made from instances or by Amazon, never copied: each is its own root. */
  GetImageAncestry: {
    run(input, ctx) {
      const image = imagesOf(ctx).find((one) => one.id === input.ImageId);
      if (!image) throw new LabError('InvalidAMIID.NotFound', `The image id '[${input.ImageId}]' does not exist`);
      return { ImageAncestryEntries: [{ CreationDate: new Date(image.created), ImageId: image.id, ImageOwnerAlias: image.alias ?? image.ownerId }] };
    },
    resources: (input, ctx) => arns(ctx, 'image', input.ImageId),
  },
};
