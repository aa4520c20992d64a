// Run pytest in Pyodide, the Python of the reader's browser, on this checkout: `make test-pyodide`.
//
//     node lab/pyodide.mjs [option or file of pytest]...
//
// Compiled packages come from the distribution of Pyodide: a copy in the folder PYODIDE, or its CDN when that is empty.
// Packages written in Python alone are in .venv-pyodide, where make puts them. The exit code is pytest's.
import { statSync } from "node:fs";
import { loadPyodide } from "../website/node_modules/pyodide/pyodide.mjs";

const PACKAGES = ".venv-pyodide";
const COMPILED = ["numpy", "scipy", "scikit-learn"];
const PROGRAM = `
import os, sys
os.chdir("/checkout")
sys.path.insert(0, "/checkout/${PACKAGES}")
import pytest
int(pytest.main(list(arguments)))
`;

async function main() {
  const folder = process.env.PYODIDE || PACKAGES; // what the CDN sends is kept there
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`PYODIDE is '${folder}'; allowed: a folder with a copy of Pyodide's distribution, or nothing`);
  }
  const pyodide = await loadPyodide({ packageCacheDir: folder });
  await pyodide.loadPackage(COMPILED, { messageCallback() {} }); // says what fails, but goes on
  const missing = COMPILED.filter((name) => !(name in pyodide.loadedPackages));
  if (missing.length) throw new Error(`${missing.join(", ")} could not be loaded from PYODIDE or the CDN; see above`);
  pyodide.FS.mkdir("/checkout");
  pyodide.FS.mount(pyodide.FS.filesystems.NODEFS, { root: process.cwd() }, "/checkout");
  pyodide.globals.set("arguments", pyodide.toPy(process.argv.slice(2)));
  process.exitCode = pyodide.runPython(PROGRAM);
}

main().catch((error) => {
  console.error(`pyodide: ${error.message}`); // without its stack: a line of Pyodide's is a megabyte
  process.exitCode = 1;
});
