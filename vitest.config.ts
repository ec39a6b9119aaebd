import { defineConfig } from 'vitest/config'
import { SkipReporter } from './test/skips.ts'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/peers/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    pool: 'forks',
    reporters: ['default', new SkipReporter()],
    globalSetup: ['test/global-setup.ts'],
  },
})
