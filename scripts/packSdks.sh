#!/usr/bin/env bash
# Compiles the SDKs that `npm run sdks` has made, and packs them into a folder. C# is left out where there is no .NET.
set -euo pipefail
cd "$(dirname "$0")/.."
version=$(node --print 'require("./package.json").version')
mkdir -p "$1"
packages=$(cd "$1" && pwd)
sdks=dist/sdks

python3 -m pip wheel --quiet --use-pep517 --no-deps --wheel-dir "$packages" "$sdks/python"

# By this repository's compiler and libraries, which the lock file names.
node node_modules/typescript/bin/tsc -p "$sdks/nodejs" --ignoreDeprecations 6.0 --skipLibCheck --types node
cp "$sdks/nodejs/package.json" "$sdks/nodejs/README.md" "$sdks/nodejs/bin/"
npm pack --silent --pack-destination "$packages" "./$sdks/nodejs/bin"

mvn --quiet --batch-mode --no-transfer-progress --file "$sdks/java/pom.xml" compile
tar -czf "$packages/pulumi-iam-keys-sdk-java-$version.tar.gz" --exclude target --transform 's,^java,sdk-java,' -C "$sdks" java

tar -czf "$packages/pulumi-iam-keys-sdk-go-$version.tar.gz" --transform 's,^go,sdk-go,' -C "$sdks" go

if command -v dotnet >/dev/null; then
  dotnet build "$sdks/dotnet" --configuration Release
  cp "$sdks"/dotnet/bin/Release/*.nupkg "$packages"
  dotnet build examples/languages/csharp "-p:RestoreAdditionalProjectSources=$packages"
fi
