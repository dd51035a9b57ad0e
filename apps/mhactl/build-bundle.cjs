// Tests run what people run: the bundle behind bin/mhactl.
const { execFileSync } = require('node:child_process');

module.exports = () => {
  execFileSync('npm', ['run', '--silent', 'build'], { cwd: __dirname, stdio: 'inherit' });
};
