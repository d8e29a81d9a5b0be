#!/usr/bin/env node
// Written in old syntax: on an old Node this file must still run far enough to say what is wrong.
var version = process.versions.node.split('.').map(Number);
if (version[0] < 20 || (version[0] === 20 && version[1] < 19)) {
  process.stderr.write('aplomb needs Node.js 20.19 or newer; this is ' + process.version + '. Install a current Node.js and run the same command again.\n');
  process.exit(1);
}
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = 'true';
import('../dist/cli/main.js').then(
  function (main) {
    return main.run(process.argv.slice(2));
  },
  function (error) {
    if (error && error.code === 'ERR_MODULE_NOT_FOUND' && String(error.message).indexOf('/dist/cli/main.js') > 0) {
      process.stderr.write('aplomb is not built yet. In a checkout run: npm ci\n');
      process.exit(1);
    }
    throw error;
  },
);
