import { Prop, Schema, SchemaFactory } from '@nestjs/mongoose';
import { Types } from 'mongoose';

@Schema({ collection: 'products', versionKey: false })
export class ProductRecord {
  _id!: Types.ObjectId;
  @Prop({ type: Types.ObjectId, required: true }) storeId!: Types.ObjectId;
  @Prop({ required: true }) name!: string;
  @Prop({ type: String, default: '' }) description!: string;
  @Prop({ required: true }) category!: string;
  /** Minor units. */
  @Prop({ required: true }) price!: number;
  @Prop() compareAtPrice?: number;
  @Prop() unit?: string;
  @Prop({ required: true }) stock!: number;
  @Prop() imageUrl?: string;
  @Prop({ type: [String], default: [] }) tags!: string[];
  @Prop({ required: true }) active!: boolean;
  /** +1 with each change, a sale included: what an absolute stock is conditional on. */
  @Prop({ required: true }) version!: number;
  /** How many were ever sold: what "popular" sorts by. */
  @Prop({ required: true }) sold!: number;
  /** Lower-case words of name, category and tags: what a search matches the beginnings of. */
  @Prop({ type: [String], required: true }) keywords!: string[];
}

export const ProductSchema = SchemaFactory.createForClass(ProductRecord);
// the catalogue in each order it can be asked for
ProductSchema.index({ active: 1, _id: -1 });
ProductSchema.index({ active: 1, price: 1, _id: 1 });
ProductSchema.index({ active: 1, sold: -1, _id: -1 });
ProductSchema.index({ active: 1, name: 1, _id: 1 });
// one category, and the search
ProductSchema.index({ active: 1, category: 1, _id: -1 });
ProductSchema.index({ active: 1, keywords: 1 });

/** Words of letters and digits in any script, lower case, with their accents and vowel signs. */
export function keywordsOf(...texts: string[]): string[] {
  return [
    ...new Set(
      texts.flatMap(
        (text) =>
          text
            .normalize('NFC')
            .toLowerCase()
            .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu) ?? [],
      ),
    ),
  ];
}
