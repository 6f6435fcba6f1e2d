import type { RequestHandler } from 'express';
import helmet from 'helmet';

type Policy = Record<string, string[]>;

/** Nobody's page: what a data answer, a file or a refusal may do if a browser takes it for one. */
const NOTHING: Policy = {
  defaultSrc: ["'none'"],
  baseUri: ["'none'"],
  formAction: ["'none'"],
  frameAncestors: ["'none'"],
};

/** The only styles that are not files: of overlay, dialog and hidden text of Angular's CDK. Of another version the browser's console says the hashes. */
const CDK_STYLES = [
  "'sha256-CcrXDjmowgW29Hlg/uZ8h05hSs8VRqliv/k7QWU4Yb0='",
  "'sha256-UssxMTUZa7g+WrWTxbVzFpE3o3lEbjO69XA8YUVYbJ4='",
  "'sha256-5Aa95/ZO6hntqOK1ZYDkfF0M76NFmrG+N39v6gp+12k='",
];

/** nginx/policies.conf says the same for what nginx answers by itself (api/test/proxy/headers.int-spec.ts). */
const POLICIES = {
  /** The web app: nothing inline, and no text that becomes a script. Its components have no `styles`: those would come inline. */
  page: {
    defaultSrc: ["'none'"],
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", ...CDK_STYLES],
    // a product's picture may be at another site
    imgSrc: ["'self'", 'data:', 'blob:', 'https:'],
    fontSrc: ["'self'"],
    // of this site its sockets too: Chromium since 71, Safari since 16
    connectSrc: ["'self'"],
    manifestSrc: ["'self'"],
    workerSrc: ["'self'"],
    baseUri: ["'self'"],
    formAction: ["'self'"],
    objectSrc: ["'none'"],
    frameAncestors: ["'none'"],
    requireTrustedTypesFor: ["'script'"],
    trustedTypes: ['angular', 'quickcommerce'],
  },
  /** The service worker: every request of a page passes through it, also those for pictures at other sites. */
  worker: { ...NOTHING, scriptSrc: ["'self'"], connectSrc: ["'self'", 'https:'] },
  /** Swagger's page has its styles inline. */
  docs: {
    ...NOTHING,
    scriptSrc: ["'self'"],
    styleSrc: ["'self'", "'unsafe-inline'"],
    imgSrc: ["'self'", 'data:'],
    connectSrc: ["'self'"],
  },
  data: NOTHING,
} satisfies Record<string, Policy>;

/**
 * Everything off but what is used: positions by partners on their way and by customers at the checkout, a link that is shared or copied.
 * By origin and not by portal, for the portals are one document: it is kept by the service worker, and changes the portal without a load.
 */
const PERMISSIONS = [
  ...[
    'accelerometer',
    'autoplay',
    'browsing-topics',
    'camera',
    'display-capture',
    'encrypted-media',
    'fullscreen',
    'gyroscope',
  ],
  ...['hid', 'idle-detection', 'local-fonts', 'magnetometer', 'microphone', 'midi', 'payment', 'picture-in-picture'],
  ...['publickey-credentials-get', 'screen-wake-lock', 'serial', 'usb', 'xr-spatial-tracking'],
]
  .map((feature) => `${feature}=()`)
  .concat('geolocation=(self)', 'clipboard-write=(self)', 'web-share=(self)')
  .join(', ');

/** What every answer tells browsers to refuse. */
export function securityHeaders(): RequestHandler {
  const plain = middlewares(false);
  const secure = middlewares(true);
  return (request, response, next) => {
    response.setHeader('Permissions-Policy', PERMISSIONS);
    (request.secure ? secure : plain)[kindOf(request.path)](request, response, next);
  };
}

/** The same for what Socket.IO answers, which takes no way through the app. Whether it came over TLS only the proxy knows here. */
export function socketHeaders(): ReturnType<typeof helmet> {
  const data = headers(POLICIES.data, false);
  return (request, response, next) => {
    response.setHeader('Permissions-Policy', PERMISSIONS);
    data(request, response, next);
  };
}

function middlewares(secure: boolean): Record<keyof typeof POLICIES, ReturnType<typeof helmet>> {
  const entries = Object.entries(POLICIES).map(([kind, policy]) => [kind, headers(policy, secure)] as const);
  return Object.fromEntries(entries) as Record<keyof typeof POLICIES, ReturnType<typeof helmet>>;
}

/** @param secure it came over TLS: then it is never to come otherwise. Over plain HTTP (npm start) an upgrade would break every asset */
function headers(policy: Policy, secure: boolean): ReturnType<typeof helmet> {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: { ...policy, ...(secure && { upgradeInsecureRequests: [] }) },
    },
    strictTransportSecurity: secure && { maxAge: 63_072_000, includeSubDomains: true },
    // without the path: that of a tracking link is a key
    referrerPolicy: { policy: 'strict-origin' },
    xFrameOptions: { action: 'deny' },
    // of browsers that are gone
    originAgentCluster: false,
    xDnsPrefetchControl: false,
    xDownloadOptions: false,
    xPermittedCrossDomainPolicies: false,
    xXssProtection: false,
  });
}

/** As the router reads a path: upper for lower case. */
function kindOf(path: string): keyof typeof POLICIES {
  if (/^\/api\/docs(?:\/|$)/i.test(path)) return 'docs';
  if (/^\/(?:api|socket\.io)(?:\/|$)/i.test(path)) return 'data';
  return path === '/ngsw-worker.js' ? 'worker' : 'page';
}
