/**
 * Headers of every answer. The content security policy is what makes a slip in the app's code harmless: no script but
 * our own files, no string that becomes markup or code except through our own checks (Trusted Types), no connection to
 * anywhere else. Workers take the policy from the answer that carries their script, so it stands on every file.
 */
import type { RequestHandler } from 'express';
import helmet from 'helmet';

const HSTS_MAX_AGE_S = 365 * 24 * 60 * 60;

const CONTENT_SECURITY_POLICY = {
  'default-src': ["'none'"],
  // libsodium is WebAssembly.
  'script-src': ["'self'", "'wasm-unsafe-eval'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'data:', 'blob:'],
  'font-src': ["'self'"],
  // Covers the WebSocket of the same host too.
  'connect-src': ["'self'"],
  'worker-src': ["'self'"],
  'manifest-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
  'require-trusted-types-for': ["'script'"],
  // Lexical makes its policy anew at every paste.
  'trusted-types': ['default', 'lexical', "'allow-duplicates'"],
};

/** Nothing but writing to the clipboard, for the share links, and the camera, for the codes of new devices. */
const PERMISSIONS_POLICY = [
  'accelerometer=()',
  'autoplay=()',
  'browsing-topics=()',
  'camera=(self)',
  'clipboard-read=()',
  'clipboard-write=(self)',
  'display-capture=()',
  'fullscreen=()',
  'geolocation=()',
  'gyroscope=()',
  'hid=()',
  'idle-detection=()',
  'local-fonts=()',
  'magnetometer=()',
  'microphone=()',
  'midi=()',
  'payment=()',
  'picture-in-picture=()',
  'publickey-credentials-get=()',
  'screen-wake-lock=()',
  'serial=()',
  'usb=()',
  'xr-spatial-tracking=()',
].join(', ');

/** `publicUrl`: only an operator who says that browsers come by https has them told to come by nothing else. */
export function securityHeaders(publicUrl: string | undefined): RequestHandler[] {
  const isHttps = publicUrl?.startsWith('https:') === true;
  return [
    helmet({
      contentSecurityPolicy: { useDefaults: false, directives: CONTENT_SECURITY_POLICY },
      crossOriginOpenerPolicy: { policy: 'same-origin' },
      crossOriginResourcePolicy: { policy: 'same-origin' },
      referrerPolicy: { policy: 'no-referrer' },
      strictTransportSecurity: isHttps && { maxAge: HSTS_MAX_AGE_S, includeSubDomains: false },
      xFrameOptions: { action: 'deny' },
    }),
    (_request, response, next) => {
      response.setHeader('Permissions-Policy', PERMISSIONS_POLICY);
      next();
    },
  ];
}
