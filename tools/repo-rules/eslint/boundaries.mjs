/**
 * Who may import whom, by the tags in each package.json (`nx.tags`). Dependencies point one way:
 * kernel <- core, domain <- adapters <- apps; nothing imports an app. `banTransitiveDependencies`
 * adds that an npm package must stand in the importer's own package.json.
 */
const NOTHING = [];
const PURE_EXTERNALS = ['fast-check'];

export const boundaries = {
  allow: [],
  banTransitiveDependencies: true,
  enforceBuildableLibDependency: false,
  depConstraints: [
    only('type:kernel', NOTHING, PURE_EXTERNALS),
    only('type:core', ['type:kernel'], PURE_EXTERNALS),
    only('type:domain', ['type:kernel'], PURE_EXTERNALS),
    only('type:gen', NOTHING, ['@bufbuild/protobuf*']),
    only('type:api', NOTHING, ['@bufbuild/protobuf*', '@connectrpc/*']),
    only('type:adapter', ['type:kernel', 'type:core', 'type:domain', 'type:gen']),
    only('type:tool', ['type:kernel', 'type:core', 'type:api', 'type:tool']),
    only('type:e2e', ['type:kernel', 'type:api', 'type:tool']),
    only('type:app', [
      'type:kernel',
      'type:core',
      'type:domain',
      'type:gen',
      'type:api',
      'type:adapter',
      'scope:simulator',
    ]),
    // A database adapter knows nothing of addresses, nor the other way round; the runtime of
    // neither, because the arbiter is built from it.
    never('scope:db', ['scope:vip', 'scope:runtime']),
    never('scope:vip', ['scope:db', 'scope:runtime']),
    never('scope:runtime', ['scope:db', 'scope:vip']),
    // An arbiter votes and coordinates; it cannot even name a database or an address.
    never('app:arbiter', ['scope:db', 'scope:vip', 'scope:simulator']),
    // What runs beside a database decides; it simulates nothing.
    never('app:agent', ['scope:simulator']),
    // mhactl is a client like any other program; to try a configuration it reads one as an agent does.
    only('app:mhactl', ['type:api', 'scope:runtime', 'scope:simulator']),
  ],
};

function only(sourceTag, onlyDependOnLibsWithTags, allowedExternalImports) {
  const constraint = { sourceTag, onlyDependOnLibsWithTags };
  return allowedExternalImports === undefined
    ? constraint
    : { ...constraint, allowedExternalImports };
}

function never(sourceTag, notDependOnLibsWithTags) {
  return { sourceTag, notDependOnLibsWithTags };
}
