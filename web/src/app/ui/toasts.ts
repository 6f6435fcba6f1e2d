import { Service, signal } from '@angular/core';
import type { NoticeTone } from './notice';

export interface Toast {
  id: number;
  tone: NoticeTone;
  text: string;
  /** A page of this site that shows more. */
  link?: string;
}

/** Milliseconds: long enough to read two lines twice. */
const SHOWN_FOR = 6000;
const MOST = 3;

/** Short messages that come and go. */
@Service()
export class Toasts {
  private readonly shown = signal<readonly Toast[]>([]);
  private last = 0;
  readonly all = this.shown.asReadonly();

  show(text: string, tone: NoticeTone = 'info', link?: string): void {
    const id = (this.last += 1);
    this.shown.update((toasts) =>
      [...toasts.filter((toast) => toast.text !== text), { id, tone, text, link }].slice(-MOST),
    );
    setTimeout(() => this.dismiss(id), SHOWN_FOR);
  }

  dismiss(id: number): void {
    this.shown.update((toasts) => toasts.filter((toast) => toast.id !== id));
  }
}
