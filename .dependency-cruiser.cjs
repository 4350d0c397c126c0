/**
 * Who may import whom: docs/ARCHITECTURE.md, "Layout". One row a layer; the rules are made from it.
 * @type {Record<string, {ours: string[], npm: string[] | 'any', node: boolean}>}
 */
const LAYERS = {
  kernel: { ours: ['kernel'], npm: ['@noble/'], node: false },
  drivers: { ours: ['kernel/ports', 'kernel/bytes'], npm: 'any', node: true },
  wearable: { ours: ['wearable', 'kernel/bytes', 'kernel/tlv'], npm: 'any', node: true },
  bridge: { ours: ['bridge', 'kernel/transaction'], npm: ['zod'], node: false },
  renderer: {
    ours: ['renderer', 'bridge'],
    npm: [
      'react',
      'react-dom',
      'react-aria-components',
      'lucide-react',
      'zod',
      '@fontsource-variable/',
    ],
    node: false,
  },
  cloud: { ours: ['cloud', 'kernel'], npm: 'any', node: true },
  certs: { ours: ['certs', 'kernel'], npm: [], node: true },
  certify: { ours: ['certify', 'certs', 'kernel'], npm: 'any', node: true },
  terminal: {
    ours: ['terminal', 'kernel', 'drivers', 'wearable', 'bridge', 'certs', 'certify'],
    npm: 'any',
    node: true,
  },
};

const TOP = [
  'kernel',
  'drivers',
  'wearable',
  'bridge',
  'renderer',
  'cloud',
  'certs',
  'certify',
  'terminal',
  'simulate',
  'scripts',
  'checks',
];
/** Tests and fixtures may set the layers against each other; so may what builds the screens. */
const TESTS =
  '(\\.test|\\.fixture|\\.contract)\\.tsx?$|^renderer/(development|e2e)/|vite\\.config\\.ts$';

const rules = Object.entries(LAYERS).flatMap(([layer, { ours, npm, node }]) => {
  const from = { path: `^${layer}/`, pathNot: TESTS };
  const foreign = TOP.map((top) => `^${top}/`).join('|');
  const allowed = ours.map((folder) => `^${folder}/`).join('|');
  const own = layer === 'drivers' ? '|^drivers/$1/' : '';
  return [
    {
      name: `${layer}-imports-ours`,
      comment: `${layer} may import of ours: ${ours.join(', ')}`,
      severity: 'error',
      from: layer === 'drivers' ? { ...from, path: '^drivers/([^/]+)/' } : from,
      to: { path: foreign, pathNot: allowed + own },
    },
    ...(npm === 'any'
      ? []
      : [
          {
            name: `${layer}-imports-npm`,
            comment: `${layer} may import of npm: ${npm.join(', ') || 'nothing'}`,
            severity: 'error',
            from,
            to: {
              path: '(^|/)node_modules/',
              // An empty pattern would let all through.
              ...(npm.length > 0 && {
                pathNot: npm
                  .map((name) => `(^|/)node_modules/${name}${name.endsWith('/') ? '' : '(/|$)'}`)
                  .join('|'),
              }),
            },
          },
        ]),
    ...(node
      ? []
      : [
          {
            name: `${layer}-imports-node`,
            comment: `${layer} uses nothing of Node`,
            severity: 'error',
            from,
            to: { dependencyTypes: ['core'] },
          },
        ]),
  ];
});

module.exports = {
  forbidden: [
    ...rules,
    {
      name: 'bridge-types-only',
      comment: 'bridge takes only types of the kernel',
      severity: 'error',
      from: { path: '^bridge/', pathNot: TESTS },
      to: { path: '^kernel/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tlv-below-emv',
      comment: 'the TLV codec knows bytes only, and no dictionary, so that a wearable may have it',
      severity: 'error',
      from: { path: '^kernel/tlv/', pathNot: TESTS },
      to: { path: '^kernel/', pathNot: '^kernel/(tlv|bytes)/' },
    },
    {
      name: 'no-cycles',
      comment: 'no file imports itself through others',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-test-in-product',
      comment: 'what runs does not import tests',
      severity: 'error',
      from: { pathNot: `${TESTS}|^(checks|bench|simulate)/` },
      to: { path: '(\\.test|\\.fixture|\\.contract)\\.tsx?$' },
    },
    {
      name: 'resolvable',
      comment: 'every import is found',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'default', 'node'],
      extensions: ['.ts', '.tsx', '.js', '.mjs'],
    },
  },
};
