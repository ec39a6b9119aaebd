/**
 * What the packages of rpm-build.ts are made from: one specification with a subpackage for each list of files that is worth
 * having, so that one run of rpmbuild makes them all.
 */

/** A subpackage: its lines before `%description`, shell that makes files below `$R`, and its `%files`. */
interface Part {
  readonly tags?: readonly string[]
  readonly install?: string
  readonly files?: readonly string[]
  readonly scripts?: readonly string[]
}

const PARTS: Readonly<Record<string, Part>> = {
  empty: {},
  one: { install: 'echo hello > $R/one.txt', files: ['/usr/share/made/one.txt'] },
  many: {
    install: 'mkdir $R/many; for n in $(seq 120); do echo $n > $R/many/$n.txt; done',
    files: ['/usr/share/made/many'],
  },
  long: {
    install: [
      'D=$R/$(printf "d%.0s" $(seq 200))/$(printf "e%.0s" $(seq 200))',
      'mkdir -p $D; echo x > $D/$(printf "f%.0s" $(seq 250))',
    ].join('; '),
    files: ['/usr/share/made/dd*'],
  },
  utf8: {
    tags: ['Summary(de): Prüfung der Größe', 'Summary(ja): 検証'],
    install: 'echo x > "$R/größe.txt"; echo y > "$R/検証 と 空白"',
    files: ['"/usr/share/made/größe.txt"', '"/usr/share/made/検証 と 空白"'],
  },
  links: {
    install:
      'ln -s one.txt $R/link; ln -s /nowhere/at/all $R/dangling; echo x > $R/hard; ln $R/hard $R/hard2',
    files: ['link', 'dangling', 'hard', 'hard2'].map((name) => `/usr/share/made/${name}`),
  },
  directories: {
    install: 'mkdir -p $R/a/b/c $R/d',
    files: ['a', 'a/b', 'a/b/c', 'd'].map(
      (name) => `%dir %attr(0750, root, root) /usr/share/made/${name}`,
    ),
  },
  ghosts: {
    install: 'echo x > $R/made.conf; echo y > $R/made.log',
    files: ['%config(noreplace) /usr/share/made/made.conf', '%ghost /usr/share/made/made.log'],
  },
  scripts: {
    tags: ['Epoch: 7', 'Requires: made-one', 'Obsoletes: made-old < 1:2', 'Version: 2~rc1^git'],
    scripts: ['%post scripts', 'true', '%preun scripts -p <lua>', 'print("x")'],
  },
}

/** Names of the subpackages. */
export const SUBPACKAGES: readonly string[] = Object.keys(PARTS)

/** The specification file of all subpackages. */
export function specification(): string {
  const parts = Object.entries(PARTS)
  return [
    'Name: made',
    'Version: 1.0',
    'Release: 1',
    'Summary: Packages for comparisons',
    'License: MIT',
    'BuildArch: noarch',
    'Source0: made.txt',
    ...description(''),
    ...parts.flatMap(([name, { tags = [] }]) => [
      `%package ${name}`,
      `Summary: ${name}`,
      ...tags,
      ...description(name),
    ]),
    '%install',
    'R=%{buildroot}/usr/share/made',
    'mkdir -p $R',
    ...parts.flatMap(([, { install = '' }]) => install),
    ...parts.flatMap(([, { scripts = [] }]) => scripts),
    ...parts.flatMap(([name, { files = [] }]) => [
      `%files ${name}`,
      '%defattr(-, root, root)',
      ...files,
    ]),
    '%changelog',
    '* Wed Jan 01 2025 Maker <maker@example.org> - 1.0-1',
    '- Made',
    '',
  ].join('\n')
}

const description = (name: string): string[] => [`%description ${name}`, 'Made for tests.', '']
