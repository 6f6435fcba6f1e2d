import { Component, computed, input, output } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { Icon } from './icon';
import type { IconName } from './icon-paths';
import { Brand } from './brand';
import { ThemeButton } from './theme-button';

export interface NavItem {
  path: string;
  label: string;
  icon: IconName;
  /** The path has to match to the end. */
  exact?: boolean;
  /** A small number on the item; 0 shows none. */
  count?: number;
}

/** The frame of a portal: brand, navigation (below on a phone, above on a wide screen), who is signed in, the page. */
@Component({
  selector: 'qc-portal-shell',
  imports: [Icon, RouterLink, RouterLinkActive, Brand, ThemeButton],
  host: {
    class: 'block pb-[calc(4.5rem+env(safe-area-inset-bottom))]',
    '[class]': "crowded() ? 'lg:pb-0' : 'md:pb-0'",
  },
  templateUrl: './portal-shell.html',
})
export class PortalShell {
  readonly nav = input.required<readonly NavItem[]>();
  /** The first name of who is signed in. */
  readonly name = input<string>();
  /** Where that person's account is, when the navigation does not lead there. */
  readonly account = input<string>();
  readonly theme = input.required<'system' | 'light' | 'dark'>();
  /** More entries than fit above on a tablet, where they stay below. */
  protected readonly crowded = computed(() => this.nav().length > 5);
  readonly themeNext = output<void>();
  readonly signOut = output<void>();
}
