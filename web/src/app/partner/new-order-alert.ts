import { DestroyRef, effect, inject, Injectable, untracked } from '@angular/core';
import { OffersStore } from './offers-store';
import { PartnerStore } from './partner-store';

/** Hertz, one after the other. */
const NOTES = [880, 1175];
/** Seconds. */
const NOTE_LENGTH = 0.14;
/** Milliseconds: on, off, on. */
const BUZZ = [90, 60, 90];

/** A short sound and a buzz when an order comes that this partner could take. Silent until the first tap: browsers want it so. */
@Injectable()
export class NewOrderAlert {
  private audio?: AudioContext;

  constructor() {
    const offers = inject(OffersStore);
    const partner = inject(PartnerStore);
    effect(() => {
      const some = offers.arrived().length > 0;
      untracked(() => {
        if (some && !partner.busy()) this.play();
      });
    });
    const wake = (): void => void (this.audio ??= new AudioContext()).resume();
    addEventListener('pointerdown', wake, { once: true });
    inject(DestroyRef).onDestroy(() => {
      removeEventListener('pointerdown', wake);
      void this.audio?.close();
    });
  }

  private play(): void {
    if (navigator.userActivation?.hasBeenActive) navigator.vibrate?.(BUZZ);
    if (this.audio?.state !== 'running') return;
    NOTES.forEach((note, index) => this.tone(this.audio!, note, this.audio!.currentTime + index * NOTE_LENGTH));
  }

  /** Fades out, because a sound that stops at once clicks. */
  private tone(audio: AudioContext, frequency: number, at: number): void {
    const volume = new GainNode(audio, { gain: 0.25 });
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + NOTE_LENGTH);
    const source = new OscillatorNode(audio, { frequency });
    source.connect(volume).connect(audio.destination);
    source.start(at);
    source.stop(at + NOTE_LENGTH);
  }
}
