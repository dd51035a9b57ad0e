#!/bin/sh
# Lays out what `npm run build` made as a host needs it: /usr/lib/mha4rdb, links in /usr/bin, the units
# and the documents. No npm and no compiler are needed on the host, only Node.
#   packaging/install.sh [--arbiter-only] [DESTDIR]
set -eu

programs='agent arbiter mhactl'
if [ "${1:-}" = --arbiter-only ]; then
  programs='arbiter mhactl'
  shift
fi
dest=${1:-}
root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
lib=$dest/usr/lib/mha4rdb

for program in $programs; do
  if [ ! -f "$root/apps/$program/dist/main.cjs" ]; then
    echo "apps/$program/dist/main.cjs is missing; run: npm ci && npm run build" >&2
    exit 1
  fi
done

install -d "$lib" "$dest/usr/bin" "$dest/usr/lib/systemd/system" "$dest/usr/share/doc/mha4rdb"
for program in $programs; do
  command=mha-$program
  [ "$program" = mhactl ] && command=mhactl
  rm -rf "$lib/$program"
  install -d "$lib/$program/bin" "$lib/$program/dist"
  install -m 0755 "$root/apps/$program/bin/$command" "$lib/$program/bin/$command"
  install -m 0644 "$root/apps/$program/dist/main.cjs" "$lib/$program/dist/main.cjs"
  # What mhactl loads only when it simulates.
  if [ -f "$root/apps/$program/dist/simulation.js" ]; then
    install -m 0644 "$root/apps/$program/dist/simulation.js" "$lib/$program/dist/simulation.js"
  fi
  install -m 0644 "$root/apps/$program/package.json" "$lib/$program/package.json"
  ln -sf "../lib/mha4rdb/$program/bin/$command" "$dest/usr/bin/$command"
done

# The one part that is not in the bundles: calls into the kernel's libraries. The arbiter needs it to
# speak to systemd.
for program in $programs; do
  [ "$program" = mhactl ] && continue
  modules=$lib/$program/node_modules
  install -d "$modules/@koromix"
  cp -R "$root/node_modules/koffi" "$modules/"
  cp -R "$root/node_modules/@koromix/." "$modules/@koromix/"
  rm -rf "$modules/koffi/doc" "$modules/koffi/vendor"
done

case $programs in
*agent*)
  install -m 0644 "$root/packaging/systemd/mha-agent.service" "$dest/usr/lib/systemd/system/"
  ;;
esac
install -m 0644 "$root/packaging/systemd/mha-arbiter.service" "$dest/usr/lib/systemd/system/"
install -m 0644 "$root/LICENSE" "$root/README.md" "$dest/usr/share/doc/mha4rdb/"
cp -R "$root/docs/." "$dest/usr/share/doc/mha4rdb/"
echo "installed into ${dest:-/}: $programs"
