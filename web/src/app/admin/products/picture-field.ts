import { Component, computed, input, output, resource, signal } from '@angular/core';
import { Button } from '../../ui/button';
import { Icon } from '../../ui/icon';

/** What the server decodes; it judges by the content, this is for the file dialog. */
const KINDS = ['image/jpeg', 'image/png', 'image/webp', 'image/avif'] as const;

/** Chooses a product's picture, from the disk or dropped here, and shows it before it is sent. */
@Component({
  selector: 'qc-picture-field',
  imports: [Button, Icon],
  host: { class: 'block' },
  templateUrl: './picture-field.html',
})
export class PictureField {
  /** Address of the picture that the product has. */
  readonly current = input<string>();
  /** What was chosen and is not sent yet. */
  readonly file = input<File>();
  /** Sent so far, 0 to 1; undefined: nothing is on its way. */
  readonly progress = input<number>();
  readonly error = input<string>();
  /** undefined: the choice was taken back. */
  readonly chosen = output<File | undefined>();
  readonly removed = output<void>();

  protected readonly kinds = KINDS.join(',');
  protected readonly over = signal(false);
  protected readonly percent = computed(() => Math.round((this.progress() ?? 0) * 100));
  /** A data address: unlike an object's there is nothing to give back, and no policy of ours keeps it out. */
  protected readonly preview = resource({
    params: () => this.file(),
    loader: ({ params: file }) => dataAddress(file),
  });
  protected readonly shown = computed(() =>
    this.file() ? (this.preview.hasValue() ? this.preview.value() : undefined) : this.current(),
  );
  /** The browser cannot show it, and most likely the server neither. */
  protected readonly broken = signal<string | undefined>(undefined);

  protected pick(box: HTMLInputElement): void {
    const file = box.files?.[0];
    // the same file chosen again is a choice as well
    box.value = '';
    if (file) this.chosen.emit(file);
  }

  protected drop(event: DragEvent): void {
    event.preventDefault();
    this.over.set(false);
    const file = event.dataTransfer?.files[0];
    if (file) this.chosen.emit(file);
  }

  protected drag(event: DragEvent): void {
    // without it the browser would open the file in place of this page
    event.preventDefault();
    this.over.set(true);
  }
}

function dataAddress(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(reader.result as string);
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be read'));
    reader.readAsDataURL(file);
  });
}
