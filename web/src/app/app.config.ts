import { provideHttpClient, withInterceptors } from '@angular/common/http';
import {
  type ApplicationConfig,
  inject,
  isDevMode,
  provideAppInitializer,
  provideBrowserGlobalErrorListeners,
} from '@angular/core';
import {
  provideRouter,
  TitleStrategy,
  withAutoCleanupInjectors,
  withComponentInputBinding,
  withInMemoryScrolling,
  withNavigationErrorHandler,
} from '@angular/router';
import { provideServiceWorker } from '@angular/service-worker';
import { routes } from './app.routes';
import { authInterceptor } from './core/auth-interceptor';
import { reloadForNewVersion } from './core/new-version';
import { PageTitle } from './core/page-title';
import { problemInterceptor } from './core/problem-interceptor';
import { secondFactorInterceptor } from './core/second-factor-interceptor';
import { SessionStore } from './core/session-store';
import { trustedWorker } from './core/trusted-worker';

export const appConfig: ApplicationConfig = {
  providers: [
    provideBrowserGlobalErrorListeners(),
    provideRouter(
      routes,
      withComponentInputBinding(),
      withNavigationErrorHandler(reloadForNewVersion),
      // a portal that is left takes its stores and its connection with it
      withAutoCleanupInjectors(),
      withInMemoryScrolling({ scrollPositionRestoration: 'enabled', anchorScrolling: 'enabled' }),
    ),
    provideHttpClient(withInterceptors([secondFactorInterceptor, problemInterceptor, authInterceptor])),
    provideAppInitializer(() => inject(SessionStore).restore()),
    provideServiceWorker(trustedWorker(), { enabled: !isDevMode(), registrationStrategy: 'registerWhenStable:30000' }),
    { provide: TitleStrategy, useClass: PageTitle },
  ],
};
