/** Builds the server once before the crash tests, however many of their files run side by side. */
import { buildServer } from '../server/server-process.ts';

export const setup = buildServer;
