import { Service, signal } from '@angular/core';

export type ThemeChoice = 'system' | 'light' | 'dark';

const KEY = 'qc.theme';
const NEXT: Record<ThemeChoice, ThemeChoice> = { system: 'light', light: 'dark', dark: 'system' };

/** Light or dark; by default as the system is. */
@Service()
export class Theme {
  private readonly chosen = signal<ThemeChoice>(stored());
  readonly choice = this.chosen.asReadonly();

  constructor() {
    this.apply(this.chosen());
  }

  next(): void {
    const choice = NEXT[this.chosen()];
    this.chosen.set(choice);
    localStorage.setItem(KEY, choice);
    this.apply(choice);
  }

  private apply(choice: ThemeChoice): void {
    if (choice === 'system') delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = choice;
  }
}

function stored(): ThemeChoice {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : 'system';
}
