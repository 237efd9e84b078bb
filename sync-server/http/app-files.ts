/** The built app's files and how long browsers may keep them. */
import { join, sep } from 'node:path';
import express, { type RequestHandler } from 'express';

/** Vite puts a hash of the content into these names, so their content never changes. */
const HASHED_FOLDER = 'assets';
const YEAR_S = 365 * 24 * 60 * 60;
const FOR_GOOD = `public, max-age=${YEAR_S}, immutable`;
/** Kept, but asked about every time: a new build shows at the next visit. */
const ASK_FIRST = 'no-cache';

export function appFiles(folder: string): RequestHandler {
  const hashed = join(folder, HASHED_FOLDER) + sep;
  return express.static(folder, {
    index: false,
    redirect: false,
    dotfiles: 'ignore',
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('Cache-Control', path.startsWith(hashed) ? FOR_GOOD : ASK_FIRST);
    },
  });
}

/** The one page. What the address names is looked up by the app itself. */
export function appPage(folder: string): RequestHandler {
  return (_request, response, next) => {
    const headers = { 'Cache-Control': ASK_FIRST };
    response.sendFile('index.html', { root: folder, cacheControl: false, headers }, (error) => {
      if (error !== undefined && !response.headersSent) next(error);
    });
  };
}
