// What package.json and package-lock.json say of where packages come from. Pure: given both, says what is wrong.

const EXACT = /^\d+\.\d+\.\d+(-[\w.-]+)?$/;

/** Every version of package.json is one version, and the lock is of this package.json. */
export function unpinned({ dependencies, devDependencies, optionalDependencies }, lock) {
  const faults = [];
  for (const [kind, wanted] of Object.entries({ dependencies, devDependencies, optionalDependencies })) {
    const locked = lock.packages['']?.[kind] ?? {};
    for (const [name, version] of Object.entries(wanted ?? {})) {
      if (!EXACT.test(version)) faults.push(`${name}: ${version} is not one version`);
      if (locked[name] !== version) faults.push(`${name}: the lock says ${locked[name] ?? 'nothing'}`);
    }
    for (const name of Object.keys(locked)) if (!wanted?.[name]) faults.push(`${name}: only the lock has it`);
  }
  return faults;
}

/** Every package comes from the registry, whichever that is, and is what its checksum says. */
export function unverified(lock) {
  return packagesOf(lock).flatMap(([path, one]) => {
    if (one.link) return [];
    // a registry is the reader's choice; any other address would be ours
    if (one.resolved) return [`${path}: comes from ${one.resolved}`];
    // inside another package's archive, and under its checksum; or of a platform that tools/complete-lock.mjs added
    return one.integrity || one.inBundle || (one.optional && one.os) || WASM.test(path)
      ? []
      : [`${path}: has no checksum`];
  });
}

const WASM = /-wasm32-wasi$/;

/** Every package that runs a script when it is installed is named in `allowScripts`, and nothing else is. */
export function unnamedScripts({ allowScripts = {} }, lock) {
  const scripted = new Set(
    packagesOf(lock)
      .filter(([, one]) => one.hasInstallScript)
      .map(([path]) => nameOf(path)),
  );
  return [
    ...[...scripted]
      .filter((name) => !(name in allowScripts))
      .map((name) => `${name}: has an install script, not named`),
    ...Object.keys(allowScripts)
      .filter((name) => !scripted.has(name))
      .map((name) => `${name}: named, but has no install script`),
  ];
}

function packagesOf(lock) {
  return Object.entries(lock.packages).filter(([path]) => path);
}

export function nameOf(path) {
  return path.split('node_modules/').at(-1);
}
