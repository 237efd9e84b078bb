import { defineConfig } from 'vitest/config';

const project = (name: string, folder: string, testTimeout: number) => ({
  test: { name, include: [`test/${folder}/**/*.test.ts`], environment: 'node' as const, testTimeout },
});

export default defineConfig({
  test: {
    projects: [
      project('unit', 'unit', 10_000),
      project('contracts', 'contracts', 20_000),
      project('vectors', 'vectors', 20_000),
      project('simulation', 'simulation', 120_000),
      project('fuzz', 'fuzz', 120_000),
    ],
  },
});
